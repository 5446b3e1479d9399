/// The keys and the manual of `test`.
enum TestManual {
  static let keys: [Key] = [
    .required("data", "step", "The table."),
    .required("outcome", "column", "What is tested: a number, or levels for `chi-square`, `fisher` and `mcnemar`."),
    .required(
      "method", TestMethod.words.joined(separator: ", "), "The test. There is no default.",
      remedy: "name the test, for example `method: welch`; `colophon steps test` lists them"),
    .optional(
      "groups", "column, or {column: [levels]}",
      "The groups, the first level minus the second. A category's levels come in their declared order, a boolean's false before true; listed levels choose and order them, and must be listed for a number or a text."
    ),
    .optional(
      "paired", "column",
      "Rows with the same value here (a patient) are a pair, one row at each of two levels of `groups`."),
    .optional(
      "with", "column", "The second column of pairs that stand in one row; differences are `outcome` minus `with`."),
    .optional("mu", "number", "One sample: the mean or median of the hypothesis, in the outcome's unit."),
    .optional(
      "event", "level", "The level of a two-level outcome whose shares or odds are compared. Default: the second."),
    .optional("by", "column or list", "One test for each combination of values of these columns."),
    .optional("alternative", "two-sided, greater or less", "Greater: the first is larger. Default: two-sided."),
    .optional(
      "exact", "auto, true or false",
      "Of `rank-sum`, `signed-rank`, `mcnemar`, `spearman`, `kendall`: the exact distribution, with ties too; auto takes it up to 200 values (Spearman 12, Kendall 200 without ties) and the approximation beyond. Default: auto."
    ),
    .optional(
      "zeros", "drop or pratt",
      "Of `signed-rank`: differences of zero are left out before ranking, or ranked first. Default: drop."),
    .optional(
      "continuity", "true or false",
      "Of approximations of `rank-sum`, `signed-rank`, `mcnemar`, `kendall`, and Yates' of a two-by-two `chi-square`. Default: true, for `kendall` false."
    ),
    .optional(
      "adjust", "mapping of method and over",
      "`{method: holm, over: [disease, week]}`: bonferroni, holm, hochberg or bh over a family that spans these columns of `by`; the others make families of their own. Default: none."
    ),
  ]

  static let text = """
    | method | form | estimate | effect size |
    |---|---|---|---|
    | `t` | `groups`; `groups` with `paired`; `with`; `mu` | difference in means; mean | Hedges' g |
    | `welch` | `groups` | difference in means | Hedges' g |
    | `rank-sum` | `groups` | Hodges–Lehmann shift | rank-biserial correlation |
    | `signed-rank` | `groups` with `paired`; `with`; `mu` | Hodges–Lehmann median | matched-pairs rank-biserial correlation |
    | `anova`, `welch-anova` | `groups` | | omega squared |
    | `kruskal-wallis` | `groups` | | rank epsilon squared |
    | `chi-square` | `groups` | two by two: difference of shares | Cramér's V |
    | `fisher` | `groups` | two by two: conditional odds ratio | odds ratio; else Cramér's V |
    | `mcnemar` | `groups` with `paired`; `with` | odds ratio of pairs that differ | Cohen's g |
    | `shapiro-wilk` | the outcome alone | | |
    | `pearson`, `spearman`, `kendall` | `with`; `groups` with `paired` | correlation | the same |

    What is computed stands in docs/statistics.md. A value that agrees with another to twelve digits is tied with it.

    Rows with a missing value are left out and counted. A single test that cannot be made (one group, a constant outcome)
    stops the run; of several, it is absent with its reason, and not counted in its family.

    Results: `estimate`, `statistic`, `df` (`df_residual`), `p_value`, `conf_low`, `conf_high`, `effect_size`, `effect_low`,
    `effect_high`, `effect_name`, `method`, `alternative`, `observations` (values, or pairs), `rows_dropped`, `unpaired`,
    `groups["A"].{n, mean, sd, median, …}` or `counts["A", "yes"]`, for `mcnemar` `pairs["yes", "no"]`. With `by`:
    `rows["LF", "4"]` holds them, and `tests` and `ungrouped` stand beside it; with `adjust` also `p_adjusted` and
    `family_size`. Asked of the record, `:p` prints the adjusted P value and `:ci.2` the interval.

    ````markdown
    ---
    title: Comparing courses of therapy
    ---

    ```{load} labs
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      albumin: number g/L of albumin from alb
    ```

    ```{load} patients
    file: data/ucmsc24/patients.csv
    columns:
      patient: id from patient_id
      group: category [A, B, C, D]
    ```

    ```{join} visits
    left: labs
    right: patients
    match: patient
    expect: many-to-one
    ```

    ```{test} difference
    data: visits
    outcome: albumin
    groups: {group: [C, D]}
    by: week
    method: rank-sum
    adjust: {method: holm, over: week}
    ```

    ```{test} change
    data: visits
    outcome: albumin
    groups: {week: [24, 0]}
    paired: patient
    by: group
    method: t
    ```

    At week 24 the shift between C and D is {value}`difference.rows["24"].estimate:.1` g/L
    ({value}`difference.rows["24"]:ci.1`, {value}`difference.rows["24"]:p`). In group C the mean change is
    {value}`change.rows["C"].estimate:.1` g/L ({value}`change.rows["C"]:ci.1`).
    ````
    """
}
