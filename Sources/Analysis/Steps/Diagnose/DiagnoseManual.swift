enum DiagnoseManual {
  static let text = """
    The step is a table of the rows that the model used: `row` (its number in the model's table), `group`, `fitted`, `residual`,
    `std_residual`, `quantile` (the normal quantile of its rank), for `mmrm` `scaled_residual`, for `regression` `leverage` and
    `cooksd`. `figure` shows them: `kind: residuals` with `x: fitted`, `kind: qq` with `y: std_residual`.

    | model | `fitted` | `std_residual` |
    |---|---|---|
    | least squares | x'β | over σ√(1 − leverage) |
    | generalized linear | mean | deviance residual over √(dispersion · (1 − leverage)) |
    | `mixed` | fixed and random effects | over σ |
    | `mmrm` | x'β | over the SD of the visit; `scaled_residual` is L⁻¹r with LL' the covariance of the subject's visits |

    Influence of a group is what leaving out all its rows does to the fixed effects with the variances held at their estimates: one
    step, no refit. `influence["SYN-LF-001"].change["week"]` is the estimate minus the one without the group; `cooksd` is Cook's
    distance of all fixed effects together.

    Results: `observations`, `standardization`, `residuals.{n, mean, sd, min, q1, median, q3, max, beyond_2, beyond_3}`,
    `influence["SYN-LF-001"].{rows, cooksd}`, `.change["week"]`, `most_influential.{group, cooksd}`, for `mixed`
    `effects["patient"]["SYN-LF-001"]["week"].{estimate, cond_sd, quantile}`, for `regression` `rows.{leverage, cooksd}.{max, row}`,
    and `n_rows`, `columns`, `sha256`.

    References: Cook (1977), Technometrics 19:15–18; Christensen, Pearson & Johnson (1992), Technometrics 34:38–45.

    ````markdown
    ---
    title: Looking at a model
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

    ```{diagnose} check
    model: growth
    ```

    ```{figure} spread
    kind: residuals
    data: check
    x: fitted
    y: std_residual
    ```

    ```{figure} normality
    kind: qq
    data: check
    y: std_residual
    ```

    {value}`check.residuals.beyond_3` residuals lie beyond 3 SD; most influential is {value}`check.most_influential.group`
    (Cook's distance {value}`check.most_influential.cooksd:.2`).
    ````
    """
}
