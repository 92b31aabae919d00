using System.Collections.Concurrent;
using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>Finds what the files of a project include, and records it.</summary>
internal sealed class ProjectScope(LoadingProject project) : IIncludeScope
{
    private readonly ConcurrentDictionary<string, SourceFile> _located = new(StringComparer.Ordinal);

    public OptionSet Options => project.Whole.Options;

    public VariableSet Variables => project.Whole.Variables;

    /// <summary>The log that is written at present.</summary>
    public ReadLog Log { get; set; } = new();

    /// <summary>Records in the log what is included meanwhile.</summary>
    public T Logging<T>(ReadLog log, Func<T> read)
    {
        (var before, Log) = (Log, log);
        try
        {
            return read();
        }
        finally
        {
            Log = before;
        }
    }

    public SourceFile Locate(string path, ScalarNode include)
    {
        var file = _located.GetOrAdd(path, static (path, project) => project.FileOf(path, project.Files.ResolveInside(path)), project);
        if (file.Path is null)
            throw new LoadException(
                LoadErrorReason.ProjPathInvalid, include.Provenance, $"Specified path '{path}' must not lead outside of the project directory");
        project.Record(Log, path);
        return file;
    }

    public IIncludeScope Enter(string junction, ScalarNode include)
    {
        var entered = project.Junctions.Find(junction, include.Provenance)!;
        entered.EnsureWhole();
        Log.Add(junction, entered.Cached);
        return entered.Scope;
    }
}
