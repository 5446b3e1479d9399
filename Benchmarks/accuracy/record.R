# Fits the sets of the self-test as a user of R would, and prints all digits: set, quantity, values. Called by record.py.
suppressMessages({library(lme4); library(pbkrtest)})
folder <- commandArgs(TRUE)[1]
out <- function(set, quantity, values)
  cat(set, quantity, paste(ifelse(is.na(values), "NA", sprintf("%.17g", values)), collapse = " "), sep = "\t", fill = FALSE, "\n")
read <- function(name, ...) read.csv(file.path(folder, paste0(name, ".csv")), ...)

for (set in c("Lew", "Lottery", "Michelso", paste0("NumAcc", 1:4))) {
  y <- read(set)$y
  out(set, "mean", mean(y)); out(set, "standard deviation", sd(y))
}
linear <- function(set, formula, data) {
  fit <- lm(formula, data); s <- suppressWarnings(summary(fit))
  errors <- s$coefficients[, 2][match(names(coef(fit)), rownames(s$coefficients))]
  out(set, "coefficients", coef(fit)); out(set, "standard errors", errors); out(set, "sigma", s$sigma)
}
power <- function(degree) reformulate(c("x", if (degree > 1) sprintf("I(x^%d)", 2:degree)), "y")
for (set in c("Norris", "Pontius", "Filip", paste0("Wampler", 1:5)))
  linear(set, power(c(Norris = 1, Pontius = 2, Filip = 10)[set] |> (\(d) if (is.na(d)) 5 else d)()), read(set))
linear("NoInt1", y ~ 0 + x, read("NoInt1"))
linear("Longley", Employed ~ ., read("Longley"))

mixed <- function(set, formula, data, REML = TRUE) {
  fit <- suppressMessages(lmer(formula, data, REML = REML))
  out(set, "log-likelihood", as.numeric(logLik(fit))); out(set, "coefficients", fixef(fit))
  out(set, "standard errors", sqrt(diag(as.matrix(vcov(fit))))); out(set, "sigma", sigma(fit))
  out(set, "theta", getME(fit, "theta"))
  if (REML) {
    adjusted <- try(vcovAdj(fit), silent = TRUE)
    if (!inherits(adjusted, "try-error")) {
      out(set, "Kenward-Roger errors", sqrt(diag(as.matrix(adjusted))))
      df <- sapply(seq_along(fixef(fit)), function(i) Lb_ddf(as.numeric(seq_along(fixef(fit)) == i), vcov(fit), adjusted))
      out(set, "Kenward-Roger df", df)
    }
  }
}
mixed("dyestuff_reml", Yield ~ 1 + (1 | Batch), read("dyestuff"))
mixed("dyestuff_ml", Yield ~ 1 + (1 | Batch), read("dyestuff"), FALSE)
mixed("dyestuff2_reml", Yield ~ 1 + (1 | Batch), read("dyestuff2"))
sleep <- read("sleepstudy")
mixed("sleepstudy_ris_reml", Reaction ~ Days + (Days | Subject), sleep)
mixed("sleepstudy_ris_ml", Reaction ~ Days + (Days | Subject), sleep, FALSE)
mixed("sleepstudy_uncorr_reml", Reaction ~ Days + (Days || Subject), sleep)
mixed("sleepstudy_ri_reml", Reaction ~ Days + (1 | Subject), sleep)
mixed("pastes_reml", strength ~ 1 + (1 | batch/cask), read("pastes"))
mixed("penicillin_reml", diameter ~ 1 + (1 | plate) + (1 | sample), read("penicillin"))
cake <- transform(read("cake"), temperature = factor(temperature), replicate = factor(replicate))
mixed("cake_reml", angle ~ recipe * temperature + (1 | recipe:replicate), cake)
teeth <- transform(read("orthodont"), Sex = factor(Sex, c("Male", "Female")))
mixed("orthodont_int_ris_reml", distance ~ age * Sex + (age | Subject), teeth)
mixed("orthodont_int_ri_reml", distance ~ age * Sex + (1 | Subject), teeth)
cat("versions", "R", paste0("R ", getRversion(), " with lme4 ", packageVersion("lme4"), " and pbkrtest ", packageVersion("pbkrtest")), "\n", sep = "\t")
