namespace Bistro.Model.Errors;

/// <summary>Kinds of mistakes in a project, by BuildStream's names (<c>LoadErrorReason</c>).</summary>
public enum LoadErrorReason
{
    MissingFile,
    MissingProjectConf,
    InvalidYaml,
    InvalidData,
    InvalidDependencyConfig,
    IllegalComposite,
    CircularDependency,
    UnresolvedVariable,
    BadElementSuffix,
    BadElementName,
    UnsupportedProject,
    UnsupportedPlugin,
    ProjPathInvalid,
    ProjPathInvalidKind,
    RecursiveInclude,
    RecursiveVariable,
    ProtectedVariableRedefined,
    DuplicateDependency,
    LinkForbiddenDependencies,
    CircularReferenceVariable,
    LoadingDirectory,
    ConflictingJunction,
    InvalidJunction,
    SubprojectFetchNeeded,
    SubprojectInconsistent,
    UserAssertion,
    TrailingListDirective,
    InvalidSymbolName,
    ExpressionFailed,
    UndefinedSourceProvenanceAttribute,

    /// <summary>Files of the project change faster than they can be read. A later load may succeed. BuildStream has no name for it.</summary>
    FilesKeepChanging,
}
