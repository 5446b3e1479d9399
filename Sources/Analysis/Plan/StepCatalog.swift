/// Every step kind, in the order of the manual. A new kind is a folder under `Steps/` and a line here.
public enum StepCatalog {
  public static let kinds: [any Step.Type] = [
    Load.self,
    Join.self,
    Filter.self,
    Derive.self,
    TableOne.self,
    Summarize.self,
    Regression.self,
    Mixed.self,
    MMRM.self,
    Compare.self,
    Means.self,
    Trends.self,
    Contrast.self,
    Predict.self,
    Diagnose.self,
    TestStep.self,
    Let.self,
    FigureStep.self,
    TableStep.self,
    Expect.self,
    Exercise.self,
  ]
}
