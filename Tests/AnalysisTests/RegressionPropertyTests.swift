import Testing

/// What a change of the data, the coding or the basis must leave as it is.
extension RegressionTests {
  /// What must not matter: the order of rows and of levels; what must: the unit, and only by its factor.
  @Test(arguments: [UInt64(41), 42]) func changesOnlyWhatTheyMust(seed: UInt64) throws {
    let lines = try Self.data("mtcars").split(separator: "\n").map(String.init)
    var state = seed
    let shuffled = lines.dropFirst().map { line -> (UInt64, String) in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 16, line)
    }.sorted { $0.0 < $1.0 }.map(\.1)
    func notebook(_ levels: String, _ outcome: String) -> String {
      """
      ---
      title: T
      ---

      ```{load} cars
      file: data/x.csv
      columns:
        mpg: number
        wt: number
        gear: category [\(levels)]
        carb: number
      ```

      ```{regression} model
      data: cars
      formula: \(outcome) ~ ns(wt, 2) + gear
      errors: {cluster: carb}
      ```

      ```{means} levels
      model: model
      of: gear
      ```

      """
    }
    let plain = try run(notebook("3, 4, 5", "mpg"), lines.joined(separator: "\n") + "\n")
    let moved = try run(
      notebook("5, 3, 4", "mpg"), ([lines[0]] + shuffled).joined(separator: "\n") + "\n")
    let scaled = try run(notebook("3, 4, 5", "I(10 + mpg * 2)"), lines.joined(separator: "\n") + "\n")
    let (a, b) = (try rows(plain, "levels", "rows"), try rows(moved, "levels", "rows"))
    let c = try rows(scaled, "levels", "rows")
    for (keys, value) in a {
      for field in ["estimate", "std_error", "df", "conf_high"] {
        let (x, y) = (try #require(value[field]?.double), try #require(b[keys]?[field]?.double))
        #expect(abs(x - y) < 1e-11 * abs(x), "\(keys) \(field)")
      }
      let x = try #require(value["estimate"]?.double)
      #expect(abs(10 + 2 * x - (try #require(c[keys]?["estimate"]?.double))) < 1e-12 * x)
      let error = try #require(value["std_error"]?.double)
      #expect(abs(2 * error - (try #require(c[keys]?["std_error"]?.double))) < 1e-11 * error)
      #expect(abs(try #require(value["df"]?.double) - (try #require(c[keys]?["df"]?.double))) < 1e-9)
    }
  }

  /// Sum contrasts and bases through the other models: the same means as treatment contrasts and powers.
  @Test func otherModelsToo() throws {
    func notebook(_ basis: String, _ contrasts: String) -> String {
      Self.trial + """
        ```{mmrm} course
        data: visits
        formula: alb ~ group * \(basis) + ar1(factor(week) | id)
        contrasts: \(contrasts)
        ```

        ```{mixed} growth
        data: visits
        formula: alb ~ group * \(basis) + (1 | id)
        contrasts: \(contrasts)
        ```

        ```{means} a
        model: course
        of: group
        at: {week: 12}
        ```

        ```{means} b
        model: growth
        of: group
        at: {week: 12}
        ```

        """
    }
    let data = try Self.data("trial24")
    let one = try run(notebook("poly(week, 2)", "{group: sum}"), data)
    let two = try run(notebook("(week + I(week^2))", "treatment"), data)
    for step in ["a", "b"] {
      let other = try rows(two, step, "rows")
      for (keys, value) in try rows(one, step, "rows") {
        for field in ["estimate", "std_error"] {
          let (x, y) = (try #require(value[field]?.double), try #require(other[keys]?[field]?.double))
          #expect(abs(x - y) < 1e-8 * abs(x), "\(step) \(keys) \(field)")
        }
      }
    }
    #expect(try rows(one, "course", "terms").keys.contains(["group1:poly(week, 2)2"]))
  }
}
