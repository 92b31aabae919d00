namespace Bistro.Builder.Content;

/// <summary>The steps at which a write can be cut off, in their order.</summary>
public enum ContentStep
{
    /// <summary>A temporary file is about to be made.</summary>
    Create,

    /// <summary>Bytes are about to be written to it.</summary>
    Write,

    /// <summary>Temporary files are about to be synced.</summary>
    Sync,

    /// <summary>A synced file is about to get its name.</summary>
    Publish,

    /// <summary>The directories of the new names are about to be synced.</summary>
    SyncNames,

    /// <summary>An object is about to be removed.</summary>
    Remove,

    /// <summary>A file of the reserve is about to be made, renamed or removed.</summary>
    Reserve,

    /// <summary>Writes to the database are about to be committed together.</summary>
    Commit,

    /// <summary>They are on the disk, and their callers do not know yet.</summary>
    Acknowledge,
}

/// <summary>Lets tests fill the disk or kill the process at a step. Not used in production.</summary>
public interface IContentFaults
{
    /// <summary>Called before each step. The step throws what this throws.</summary>
    void Before(ContentStep step, string path);
}
