# The figure that docs/figures.md compares with: observed courses and the mean by arm, in ggplot2's own look.
# Run in the project's folder: Rscript docs/figures/ggplot2.R
library(ggplot2)
d <- read.csv("data/pbc/pbcseq.csv")
d <- d[d$day <= 730 & !is.na(d$bili) & !is.na(d$albumin), ]
d$year <- d$day / 365.25
d$trt <- factor(d$trt, levels = c(0, 1), labels = c("placebo", "D-penicillamine"))
d$y <- log(d$bili)
plot <- ggplot(d, aes(year, y, group = id)) + geom_line(alpha = .15) +
  geom_smooth(aes(group = trt, colour = trt), method = "lm", formula = y ~ x) +
  labs(x = "Years", y = "log bilirubin (mg/dL)", colour = "Arm") + theme_bw()
ggsave("docs/figures/ggplot2.png", plot, width = 7, height = 4, dpi = 110)
