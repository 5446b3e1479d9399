/// The manual of `contrast`.
enum ContrastManual {
  static let text = """
    A difference is a combination of the model's coefficients, with its own standard error and degrees of freedom by the
    model's method: that estimates are correlated is taken into account. `p_value` stays unadjusted; `p_adjusted` and
    `family_size` stand beside it.

    `polynomial` has whole-number weights over the levels as equally spaced: `linear`, `quadratic`, `cubic`, `quartic`, `degree 5`,
    `degree 6`. Weights of your own have a name each and one number for each level, in the order of the levels; they add up to 0. A
    `contrast` step may itself be `from`, for differences of differences.

    `tukey` takes the studentized range of the family's means, for all pairs; `dunnett`, for `method: control`, and `mvt`, for any family, the largest of
    all statistics with their exact correlations. Each row is adjusted with its own degrees of freedom. Intervals stay unadjusted.

    Results: `rows["C", "D", "24"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high, p_adjusted,
    family_size}`: the two levels, then those of `within`. Polynomials and weights of your own are addressed by their name: `rows["linear", "24"]`. With `joint`,
    `joint["24"].{statistic, df1, df2, p_value}`, addressed by the levels of what it does not span, or `joint.statistic` where it
    spans everything. With `scale: response`, estimates are ratios, and `scale` says so.

    References: Holm (1979), Scand J Stat 6:65–70; Hochberg (1988), Biometrika 75:800–802; Benjamini & Hochberg (1995), J R
    Stat Soc B 57:289–300; Copenhaver & Holland (1988), J Stat Comput Simul 30:1–15; Dunnett (1955), J Am Stat Assoc
    50:1096–1121; Genz & Bretz (2009), Computation of Multivariate Normal and t Probabilities; Fai & Cornelius (1996), J Stat Comput
    Simul 54:363–378.

    ````markdown
    ---
    title: Comparing groups at each visit
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

    ```{mmrm} course
    data: visits
    formula: albumin ~ group * factor(week) + ar1h(factor(week) | patient)
    ```

    ```{means} albumin
    model: course
    of: [group, factor(week)]
    ```

    ```{contrast} difference
    from: albumin
    between: group
    method: control
    adjust: {method: holm, over: [group, factor(week)]}
    ```

    At week 24, D minus A: {value}`difference.rows["D", "A", "24"].estimate:.1`
    ({value}`difference.rows["D", "A", "24"]:ci.1`).
    ````
    """
}
