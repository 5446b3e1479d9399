import Foundation
import Testing

/// What must not leave: names, texts and values of data that are marked as sensitive.
@Suite("Sensitive data")
struct SensitiveDataTests {
  private static func project(_ notebook: String, _ data: String) throws -> TemporaryFolder {
    try TemporaryFolder(["colophon.yaml": "", "n.md": notebook, "d.csv": data])
  }

  /// Sensitive ids and words leave through no file of a run, and no message.
  @Test func sensitiveValuesAreNowhere() throws {
    let notebook = """
      ---
      title: T
      ---

      ```{load} t
      file: d.csv
      sensitive: true
      key: [patient, week]
      columns:
        patient: id
        week: number wk
        x: {type: number, below: half}
        town: text
      ```

      ```{derive} more
      data: t
      columns:
        y: 2 * x
      ```

      ```{filter} some
      data: more
      keep:
        - where: y > 2
          because: Large
      ```

      ```{table} rows
      data: some
      columns: [patient, week, y]
      ```

      ```{summarize} by_patient
      data: some
      of: [y]
      by: patient
      ```

      """
    let data = "patient,week,x,town\nSecretA,0,1,Town\nSecretB,0,<3,Town\nSecretA,4,7,Town\n"
    let project = try Self.project(notebook, data)
    let result = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(result.code == 0, "\(result.output)")
    for (path, bytes) in try project.contents(of: "outputs") {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("Secret") && !text.contains("Town"), "\(path)")
    }
    #expect(
      String(decoding: try project.read("outputs/n/tables/rows.csv"), as: UTF8.self)
        == "patient,week,y\nP1,0,3\nP2,4,14\n")
    #expect(
      String(decoding: try project.read("outputs/n/tables/data-issues.csv"), as: UTF8.self)
        == "load,row,key,column,received,used,rule\nt,2,,x,,,below: half\n")
    try project.write(notebook.replacingOccurrences(of: "[patient, week, y]", with: "[patient, town]"), to: "n.md")
    let refused = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(refused.code == 6 && refused.output.contains("error[sensitive]"), "\(refused.output)")
    try project.write(notebook, to: "n.md")
    try project.write("patient,week,x,town\nSecretA,0,Secret,T\nSecretA,0,1,T\nSecretA,0,<1,T\n", to: "d.csv")
    let misfit = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(
      misfit.code == 6 && misfit.output.contains("row 1") && !misfit.output.contains("Secret"), "\(misfit.output)")
  }

  /// Every way by which a name might leave: visits, models and what is asked of them, figures, texts made of ids,
  /// corrections, and the trace of a published run.
  @Test func sensitiveNamesAreNowhere() throws {
    let notebook = """
      ---
      title: T
      ---

      ```{load} t
      file: d.csv
      sensitive: true
      corrections: fixes.csv
      key: [patient, day]
      columns:
        patient: id
        day: number d
        x: {type: number, below: half}
        town: text
        arm: category [A, B]
      ```

      ```{derive} made
      data: t
      columns:
        who: if(x > 2, patient, town)
        late: day > 20 d
      ```

      ```{visits} planned
      data: made
      day: day
      by: patient
      windows:
        0 wk: 0 d ... 3 d
        2 wk: 10 d ... 18 d
        4 wk: 24 d ... 32 d
      duplicates: nearest
      ```

      ```{visits} by_text
      data: made
      day: day
      by: who
      windows:
        0 wk: 0 d ... 3 d
        2 wk: 10 d ... 18 d
      duplicates: nearest
      ```

      ```{filter} some
      data: planned
      keep:
        - where: x > 0
          because: Positive
      ```

      ```{reshape} wide
      data: some
      to: wide
      key: patient
      name: visit
      values: [x, who]
      keep: arm
      ```

      ```{mixed} growth
      data: some
      formula: x ~ day + (1 | patient)
      ```

      ```{diagnose} found
      model: growth
      ```

      ```{diagnose} by_town
      model: growth
      data: some
      by: who
      ```

      ```{table} residuals
      data: found
      columns: [row, group, residual]
      ```

      ```{predict} each
      model: growth
      data: some
      effects: conditional
      ```

      ```{summarize} of_text
      data: some
      of: [x, who]
      by: who
      ```

      ```{summarize} of_ids
      data: wide
      of: [x_0, who_0]
      by: patient
      ```

      ```{missingness} gaps
      data: made
      of: [x, town, who]
      by: arm
      ```

      ```{table1} one
      data: wide
      rows: [x_0, x_2]
      by: arm
      ```

      ```{flow} participants
      of: some
      split: arm
      ```

      ```{figure} courses
      data: some
      x: day
      y: x
      group: patient
      color: arm
      ```

      ```{figure} effects
      kind: caterpillar
      of: growth
      ```

      ```{figure} left
      kind: qq
      of: found
      ```

      ```{table} rows
      data: some
      columns: [patient, visit, x, arm]
      ```

      """
    var rows = "patient,day,x,town,arm\n"
    for (index, name) in ["C", "A", "D", "B", "E", "F"].enumerated() {
      for (visit, day) in [0, 14, 28, 60].enumerated() {
        let x = visit == 1 && index == 2 ? "<3" : String(1 + (index * 7 + visit * visit * 3 + index * visit) % 11)
        rows += "Secret\(name),\(day),\(x),SecretTown\(index % 2),\(index < 3 ? "A" : "B")\n"
      }
    }
    let project = try Self.project(notebook, rows)
    try project.write("patient,day,column,received,value,because\nSecretA,0,x,8,9,Typing error\n", to: "fixes.csv")
    let result = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(result.code == 0 && !result.output.contains("Secret"), "\(result.output)")
    let written = try project.contents(of: "outputs")
    #expect(written.count > 10)
    for (path, bytes) in written {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("Secret"), "\(path)")
    }
    // The second patient of the file is the second of every result and of its trace.
    for path in [
      "growth.ranef[\"patient\"][\"P2\"]", "of_text.rows[\"P2\"].x.mean", "of_ids.rows[\"P2\"].x_0.mean",
      "found.influence[\"P2\"].cooksd", "planned.windows[\"2\"].n", "participants.groups[\"A\"]",
    ] {
      let trace = try LimitedCommand.run(["trace", "outputs/n", path, "--all"], in: project.root)
      #expect(
        trace.code == 0 && trace.output.contains("d.csv") && !trace.output.contains("Secret")
          && !trace.output.contains("0 of "), "\(path): \(trace.output)")
    }
    let cell = try LimitedCommand.run(
      ["trace", "outputs/n", "tables/rows.csv", "--row", "2", "--column", "x"], in: project.root)
    #expect(cell.code == 0 && !cell.output.contains("Secret"), "\(cell.output)")
    try project.write(
      "patient,day,column,received,value,because\nSecretA,0,x,SecretValue,9,Typing error\n", to: "fixes.csv")
    let misfit = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(misfit.code == 6 && !misfit.output.contains("Secret"), "\(misfit.output)")
    try project.write("patient,day,column,received,value,because\nSecretA,0,x,8,9,\"SecretReason\n", to: "fixes.csv")
    let unclosed = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(unclosed.code == 6 && !unclosed.output.contains("Secret"), "\(unclosed.output)")
  }
}
