// swift-tools-version:6.2
// The module graph, leaves first. Why each dependency is here stands beside it.
import PackageDescription

let package = Package(
  name: "colophon",
  platforms: [.macOS(.v14)],
  products: [
    .executable(name: "colophon", targets: ["colophon"]),
    // For the benchmark of reading alone.
    .library(name: "Tables", targets: ["Tables", "NotebookSyntax"]),
  ],
  dependencies: [
    // Commands, options and their help. `exact:`, because a build must be the same tomorrow.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // GNU Scientific Library: dense linear algebra, special functions, distributions.
    .systemLibrary(
      name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    // GitHub's Markdown parser: source positions, tables, footnotes.
    .systemLibrary(
      name: "CCMark", pkgConfig: "libcmark-gfm",
      providers: [
        .apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"]), .brew(["cmark-gfm"]),
      ]),
    // libyaml's event parser: start and end marks of every scalar, no Foundation, no build time.
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    // OpenSSL's libcrypto: SHA-256 and SHA-512, Ed25519, Base64, keys in PEM.
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    // zlib: data files that are compressed.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // SQLite: one SELECT on a database that is held in memory.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    // The few C calls Swift cannot make itself: variadic printf, the atomic swap of two folders.
    .target(name: "CPlatform"),

    // exp, log, pow, sin and the rest under their standard names, with the same bits on every machine: what is linked
    // here is also what GSL calls. The tables are made by generate_tables.py.
    .target(name: "CElementary", exclude: ["generate_tables.py"]),

    .target(name: "Digests", dependencies: ["CCrypto"]),
    .target(name: "Signatures", dependencies: ["CCrypto", "Digests"]),
    .target(name: "Statistics", dependencies: ["CElementary", "CGSL"]),
    // Certified data sets and their check, for `colophon selftest`. The sets are made by certify.py.
    .target(name: "Selftest", dependencies: ["CElementary", "Digests", "Statistics"], exclude: ["certify.py"]),
    .target(name: "NotebookSyntax", dependencies: ["CCMark", "CYAML"]),
    .target(name: "Tables", dependencies: ["CElementary", "CSQLite", "CZlib", "NotebookSyntax", "Digests"]),
    .target(
      name: "Analysis",
      dependencies: ["CPlatform", "Digests", "Statistics", "NotebookSyntax", "Tables"]),
    .target(name: "Reporting", dependencies: ["Analysis", "Digests", "NotebookSyntax", "Selftest", "Tables"]),
    // Students' copies, grading, notebooks to begin with: reads notebooks and results, and computes nothing.
    .target(name: "Teaching", dependencies: ["Analysis", "NotebookSyntax", "Reporting", "Tables"]),
    .target(
      name: "Provenance",
      dependencies: [
        "Analysis", "CPlatform", "Reporting", "Digests", "NotebookSyntax", "Signatures", "Statistics", "Tables",
      ]),
    .executableTarget(
      name: "colophon",
      dependencies: [
        "Analysis", "CPlatform", "Provenance", "Reporting", "Digests", "NotebookSyntax", "Selftest", "Signatures",
        "Statistics", "Tables", "Teaching",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      linkerSettings: [
        // Writes a digest of what was linked into the program, which tells stored results of one build from another's.
        // SwiftPM has no safe flag for it. (Darwin's linker does so unasked.)
        .unsafeFlags(["-Xlinker", "--build-id=sha1"], .when(platforms: [.linux]))
      ]),

    // Tests use public interfaces only, so that they run on the optimized build that users get.
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics"]),
    .testTarget(name: "SelftestTests", dependencies: ["Selftest"]),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
    .testTarget(name: "NotebookSyntaxTests", dependencies: ["NotebookSyntax"]),
    .testTarget(name: "TablesTests", dependencies: ["Tables", "NotebookSyntax"]),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "Reporting", "Provenance", "Digests", "NotebookSyntax", "Teaching"]),
    // The built binary, from outside: `make test` builds it first.
    .testTarget(
      name: "CommandTests", dependencies: ["Analysis", "Digests", "NotebookSyntax", "Provenance", "Signatures"]),
  ],
  swiftLanguageModes: [.v6]
)
