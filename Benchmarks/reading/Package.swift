// swift-tools-version:6.2
// Times the reader of CSV files alone, without hashing, checking or a report. Apart from the main package, so that nobody
// builds it who only wants the program.
import PackageDescription

let package = Package(
  name: "reading",
  dependencies: [.package(name: "colophon", path: "../..")],
  targets: [
    .executableTarget(name: "reading", dependencies: [.product(name: "Tables", package: "colophon")])
  ],
  swiftLanguageModes: [.v6]
)
