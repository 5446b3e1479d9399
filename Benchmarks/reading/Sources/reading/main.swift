import Glibc
import NotebookSyntax
import Tables

// reading FILE TIMES: prints CPU and wall time of each reading in seconds, and the peak memory at the end.
let path = CommandLine.arguments[1]
let times = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 3 : 3

func bytes(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  let size = ftell(file)
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    count = fread(buffer.baseAddress, 1, size, file)
  }
}

func cpu() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
}

func wall() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let content = bytes(path)
let types: [(String, ColumnType)] = [
  ("patient", .id), ("week", .number(.one)), ("site", .text), ("alt", .number(.one)), ("ast", .number(.one)),
  ("tbil", .number(.one)), ("alb", .number(.one)), ("day", .integer),
]
let declarations = types.map { name, type in
  ColumnDeclaration(
    name: SourcedText(name, span: Span(0, 0), verbatimStart: nil),
    source: SourcedText(name, span: Span(0, 0), verbatimStart: nil), type: type)
}
for _ in 0..<times {
  let (before, start) = (cpu(), wall())
  let header = try CSVReader.header(content, delimiter: UInt8(ascii: ","))
  let result = CSVReader.read(content, header: header, declarations: declarations, missing: [""])
  print(result.rowCount, result.problems.count, "cpu", cpu() - before, "wall", wall() - start)
}
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
print("peak", usage.ru_maxrss / 1024, "MB, of which the file", content.count >> 20, "MB")
