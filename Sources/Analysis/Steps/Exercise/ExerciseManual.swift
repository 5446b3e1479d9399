/// The keys and the manual of `exercise`.
enum ExerciseManual {
  static let keys: [Key] = [
    .required("prompt", "text", "The question. An empty line begins a new paragraph."),
    .optional(
      "answer", "mapping",
      "`{number: …, tolerance: …, unit: …}`, where the number may be a path into a result or an expression of paths and `tolerance` is obligatory; `{choice: …, of: […]}`; or `{text: …, also: […]}`. Needed but in a student's copy."
    ),
    .optional("hints", "text or list", "Each closed under a title of its own."),
    .optional("solution", "text", "Closed below the answer."),
    .optional("response", "text", "What a student answers."),
    .optional(
      "asks", "number with a unit, text, or list",
      "In a student's copy, in place of `answer`: what kind of answer is asked for. `colophon student` writes it."),
  ]

  static let text = """
    `colophon answer NOTEBOOK name=value` judges an answer and does not give the right one away; `colophon student
    NOTEBOOK` writes a copy without answers and solutions and with an empty `response:`; `colophon grade COPIES --key
    NOTEBOOK` judges what students wrote into theirs. See [teaching.md](teaching.md).

    A bare number takes the unit that is asked for. An option is named by its words or its letter. Words count in upper and
    lower case, with hyphens or blanks. Where the cell has a `response`, the report says how it is judged.

    An exercise is no part of the core digest. Results: `asks`, `expected`, `tolerance` of a number, and with a response
    `right` and `feedback`.

    ````markdown
    ---
    title: An exercise
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{derive} prepared
    data: visits
    columns:
      year: day / 365.25 d/a
    ```

    ```{mixed} growth
    data: prepared
    formula: log(bili) ~ year + (1 + year | patient)
    ```

    ```{exercise} yearly
    prompt: By how many percent does bilirubin rise in a year, for a patient whose slope is the mean?
    answer:
      number: 100 * (exp(growth.terms["year"].estimate) - 1)
      tolerance: 0.5
      unit: "%"
    hints:
      - The slope is on the scale of the logarithm.
      - The exponential of a difference of logarithms is a ratio.
    solution: The exponential of the slope is the ratio of a year to the one before; less 1, times 100, it is percent.
    ```
    ````
    """
}
