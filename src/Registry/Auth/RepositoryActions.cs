namespace Bistro.Registry.Auth;

/// <summary>What a caller may be allowed to do with a repository.</summary>
[Flags]
public enum RepositoryActions
{
    None = 0,
    Pull = 1,
    Push = 2,
    Delete = 4,

    /// <summary>To cause builds; others get only what is built already.</summary>
    Build = 8,

    All = Pull | Push | Delete | Build,
}
