using Bistro.Model.Disk;
using Bistro.Model.Errors;

namespace Bistro.Model.Projects;

/// <summary>Finds the top project on disk.</summary>
public static class ProjectFolder
{
    /// <summary>The file that makes a folder a project.</summary>
    public const string ConfigurationFile = "project.conf";

    /// <summary>The nearest folder, from this one upwards, that holds project.conf; null where none does.</summary>
    public static string? Find(string folder) => Find(folder, File.Exists);

    private static string? Find(string folder, Func<string, bool> exists)
    {
        for (var found = Path.GetFullPath(folder); found is not null; found = Path.GetDirectoryName(found))
            if (exists(Path.Join(found, ConfigurationFile)))
                return found;
        return null;
    }

    /// <exception cref="LoadException">There is no project.</exception>
    internal static ProjectFiles Open(LoadRequest request, FileCache cache, DiskViews disk)
    {
        var folder = Find(request.Directory, disk.Current.IsFile)
            // A project may be complete only with its overlay.
            ?? (request.Overlay is { } whole && disk.Current.IsFile(Path.Join(whole, ConfigurationFile)) ? request.Directory : null)
            ?? throw new LoadException(
                LoadErrorReason.MissingProjectConf, null, $"No project.conf was found in '{request.Directory}' or in a folder above it");
        return new ProjectFiles(
            request.Overlay is { } overlay ? [new FileLayer("", folder), new FileLayer("", overlay)] : [new FileLayer("", folder)], cache, disk);
    }
}
