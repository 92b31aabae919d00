namespace Bistro.Registry.Auth;

/// <summary>Actions on a repository that rules can allow.</summary>
[Flags]
public enum RepositoryActions
{
    None = 0,
    Pull = 1,
    Push = 2,
    Delete = 4,

    /// <summary>To start builds. Without it, a caller can pull only images that are already built.</summary>
    Build = 8,

    All = Pull | Push | Delete | Build,
}
