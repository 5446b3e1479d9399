import Analysis
import Digests
import NotebookSyntax
import Reporting

/// A published run traced to the rows of its files. Which rows those are is recorded nowhere: the preparation is computed
/// again, from the very notebook and inputs that the record names, and must come out as recorded.
public struct RunTrace {
  /// What a trace says, for one table after the other.
  public let readings: [Tracer.Reading]

  /// Why there is no trace.
  public struct Problem: Error, Sendable {
    public let text: String
    /// Of the notebook, where it can no longer be run.
    public let source: SourceFile?
    public let diagnostics: [Diagnostic]

    init(_ text: String, _ source: SourceFile? = nil, _ diagnostics: [Diagnostic] = []) {
      self.text = text
      self.source = source
      self.diagnostics = diagnostics
    }
  }

  /// - Parameters:
  ///   - path: into a result, the name of a step, or a published table: `tables/baseline.csv`.
  ///   - row: of the table, counted from 1; required for a table, and for the rows of a step's table.
  ///   - column: of the table.
  public init(
    _ path: String, row: Int? = nil, column: String? = nil, run: Workspace, project: Workspace
  ) throws(Problem) {
    let manifest = try Self.manifest(run)
    let (plan, source) = try Self.plan(manifest, project)
    var tracer = Tracer(plan, in: project)
    do {
      if let place = try Self.place(path, row: row, column: column, run, plan) {
        readings = try [tracer.row(place.row, of: place.step, column: column)]
      } else {
        let (expression, observations) = try Self.expression(path, row: row, column: column, run)
        readings = try tracer.rows(behind: expression, observations: observations)
      }
    } catch let problem as Problem {
      throw problem
    } catch let problem as Tracer.Problem {
      throw Problem(problem.text)
    } catch let failure as StepFailure {
      throw Problem("the notebook cannot be computed any more", source, failure.diagnostics)
    } catch {
      throw Problem("the trace stopped: \(error)")
    }
    for step in tracer.computed where manifest.steps.first(where: { $0.name == step.name })?.output != step.output.hex {
      throw Problem(
        "`\(step.name)` comes out otherwise than recorded, so its rows are not those of the run; `colophon verify --rerun` compares them"
      )
    }
  }

  private static func manifest(_ run: Workspace) throws(Problem) -> Manifest {
    do {
      return try Manifest(bytes: run.read(Manifest.fileName))
    } catch let problem as ManifestProblem {
      throw Problem(problem.text)
    } catch let problem as Workspace.Problem {
      throw Problem("\(Manifest.fileName) \(problem.text)")
    } catch {
      throw Problem("\(Manifest.fileName) cannot be read")
    }
  }

  /// The plan of the recorded notebook, once it and all inputs are those of the record.
  private static func plan(_ manifest: Manifest, _ project: Workspace) throws(Problem) -> (Plan, SourceFile) {
    let source: SourceFile
    do {
      source = SourceFile(path: manifest.notebook.path, bytes: try project.read(manifest.notebook.path))
      guard Digest(ofFile: source.bytes).hex == manifest.notebook.digest else {
        throw Problem("\(manifest.notebook.path) is not as it was when it was run; run it again first")
      }
      for input in manifest.inputs {
        guard try project.digest(input.path).digest.hex == input.digest else {
          throw Problem("\(input.path) is not the file that was read; its rows say nothing of this run")
        }
      }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem("an input of the run cannot be read")
    }
    do throws(Diagnostics) {
      return (try Planner.plan(source, in: project, overrides: manifest.parameters), source)
    } catch {
      throw Problem("the notebook cannot be run any more", source, error.all)
    }
  }

  /// A row of a step's own table; nil where the path leads into a result.
  private static func place(
    _ path: String, row: Int?, column: String?, _ run: Workspace, _ plan: Plan
  ) throws(Problem) -> (step: String, row: Int)? {
    let name = table(path) ?? path
    guard let step = plan.step(named: name), step.yield.schema != nil || step.kind == "table" else { return nil }
    guard let row else {
      if table(path) == nil && column == nil && step.kind != "table" { return nil }
      throw Problem("say which row of \(path): --row 1 is the first below the header")
    }
    return (name, row)
  }

  /// `baseline` of `tables/baseline.csv`.
  private static func table(_ path: String) -> String? {
    guard path.hasPrefix("tables/"), path.hasSuffix(".csv") else { return nil }
    return String(path.dropFirst("tables/".count).dropLast(".csv".count))
  }

  /// The path into a result that is meant, and how many rows the result says it used.
  private static func expression(
    _ path: String, row: Int?, column: String?, _ run: Workspace
  ) throws(Problem) -> (Expression, Int?) {
    var steps: [JSONValue] = []
    var document: RunDocument?
    do {
      let json = try JSONParser.parse(run.read("results.json"))
      steps = json["steps"]?.array ?? []
      document = try RunDocument(json: json)
    } catch {
      throw Problem("results.json of the run cannot be read")
    }
    var text = path
    if let file = table(path), let document {
      guard let row else { throw Problem("say which row of \(path): --row 1 is the first below the header") }
      guard let found = ResultTable.path(file, row: row, column: column, in: document) else {
        throw Problem("\(path) of this run has no row \(row)\(column.map { " with a column `\($0)`" } ?? "")")
      }
      text = found
    } else if row != nil || column != nil {
      throw Problem("--row and --column name a cell of a table, and `\(path)` is none")
    }
    if case .failure(let problem) = ResultLookup.find(text, in: steps) {
      throw Problem(
        "the run has no such result", SourceFile(path: "path", bytes: Array(text.utf8)), [problem.diagnostic])
    }
    do throws(Diagnostic) {
      let written = SourcedText(text, span: Span(0, text.utf8.count), verbatimStart: 0)
      let expression = try ExpressionReader.expression(written) { name, span throws(Diagnostic) in
        throw Diagnostic("path", "a parameter is no result: `$\(name)`", at: span)
      }
      let root = ResultPath.root(expression)?.name
      let result = steps.first { $0["name"]?.string == root }?["result"]
      return (expression, result?["observations"]?.integer)
    } catch {
      throw Problem("the path cannot be read", SourceFile(path: "path", bytes: Array(text.utf8)), [error])
    }
  }
}
