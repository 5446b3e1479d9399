enum PredictManual {
  static let text = """
    With `data`, the step is a table: the columns of `data` and beside them `estimate`, `std_error`, `df`, `conf_low`, `conf_high`
    and, with `interval: prediction`, `pred_low` and `pred_high`. A row with a missing value, or with a level that the model does
    not have, has none of them and is counted. With `at` it is such a table of all combinations, and they are rows of its result.

    Population predictions have the model's own standard errors and degrees of freedom. Conditional ones add the predicted random
    effects of the row's groups; their error is that of fixed and random effects together (Henderson 1975), given the variances.
    A new observation also varies about its mean: by the residual variance, in `mmrm` by that of its visit, and, where its group is
    new, by the random effects' covariance.

    Results: `rows["4", "C"].{estimate, std_error, df, conf_low, conf_high, pred_low, pred_high}` of `at`, by its values in the order
    in which they are written; `predicted`, `not_predicted`, `new_groups`, `effects`, `scale`, and `n_rows`, `columns`, `sha256`.

    ````markdown
    ---
    title: Predictions
    ---

    ```{load} visits
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      tbil: number umol/L of bilirubin
    ```

    ```{mixed} growth
    data: visits
    formula: log(tbil) ~ week + (1 + week | patient)
    ```

    ```{predict} expected
    model: growth
    at: {week: [0, 12, 24]}
    scale: response
    interval: prediction
    ```

    ```{predict} fitted
    model: growth
    data: visits
    effects: conditional
    ```

    ```{table} listing
    data: fitted
    columns: [patient, week, tbil, estimate, conf_low, conf_high]
    rows: 5
    ```

    At week 24 {value}`expected.rows["24"].estimate:.0` µmol/L ({value}`expected.rows["24"]:ci.0`).
    ````
    """
}
