import Digests

/// The flow of participants, as a value: a column of boxes, what left between them, and the groups at its end.
public struct FlowDiagram: Sendable {
  public struct Stage: Sendable {
    public let title: String
    public let count: Int
    /// What left after this stage, by reason.
    public let exclusions: [Exclusion]

    public init(title: String, count: Int, exclusions: [Exclusion]) {
      self.title = title
      self.count = count
      self.exclusions = exclusions
    }
  }

  public struct Exclusion: Sendable {
    public let reason: String
    public let count: Int

    public init(reason: String, count: Int) {
      self.reason = reason
      self.count = count
    }
  }

  public struct Group: Sendable {
    public let title: String
    public let count: Int
    public let groups: [Group]

    public init(title: String, count: Int, groups: [Group]) {
      self.title = title
      self.count = count
      self.groups = groups
    }
  }

  public var caption: String
  /// What the figure shows, in words, for those who cannot see it.
  public var alternative: String
  public var stages: [Stage]
  public var groups: [Group]
  public var notes: [String]

  public init(caption: String, alternative: String, stages: [Stage], groups: [Group], notes: [String]) {
    self.caption = caption
    self.alternative = alternative
    self.stages = stages
    self.groups = groups
    self.notes = notes
  }
}

extension FlowDiagram {
  var json: JSONValue {
    .object([
      .init("type", "flow"), .init("caption", .string(caption)), .init("alternative", .string(alternative)),
      .init(
        "stages",
        .array(
          stages.map { stage in
            [
              "title": .string(stage.title), "count": .integer(stage.count),
              "exclusions": .array(
                stage.exclusions.map { ["reason": .string($0.reason), "count": .integer($0.count)] }),
            ]
          })),
      .init("groups", .array(groups.map(\.json))), .init("notes", .array(notes.map { .string($0) })),
    ])
  }

  init?(json: JSONValue) {
    guard let caption = json["caption"]?.string, let alternative = json["alternative"]?.string,
      let notes = json["notes"]?.all({ $0.string }), let groups = json["groups"]?.all({ Group(json: $0, depth: 0) }),
      let stages = json["stages"]?.all({ stage -> Stage? in
        guard let title = stage["title"]?.string, let count = stage["count"]?.integer,
          let exclusions = stage["exclusions"]?.all({ item -> Exclusion? in
            guard let reason = item["reason"]?.string, let count = item["count"]?.integer else { return nil }
            return Exclusion(reason: reason, count: count)
          })
        else { return nil }
        return Stage(title: title, count: count, exclusions: exclusions)
      })
    else { return nil }
    self.init(caption: caption, alternative: alternative, stages: stages, groups: groups, notes: notes)
  }
}

extension FlowDiagram.Group {
  fileprivate var json: JSONValue {
    ["title": .string(title), "count": .integer(count), "groups": .array(groups.map(\.json))]
  }

  /// Two levels are drawn, and no others are read.
  fileprivate init?(json: JSONValue, depth: Int) {
    guard depth < 2, let title = json["title"]?.string, let count = json["count"]?.integer,
      let groups = json["groups"]?.all({ Self(json: $0, depth: depth + 1) })
    else { return nil }
    self.init(title: title, count: count, groups: groups)
  }
}
