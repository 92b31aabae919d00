using System.Globalization;
using Bistro.Builder.Artifacts;
using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>
/// Where the logs of builds lie, of failed ones too, for people to read:
/// <code>
/// STORE/logs/PROJECT/ELEMENT/KEY-ACTION.TIME.log   KEY is the first 8 digits; the 10 newest of each element stay
/// </code>
/// </summary>
public sealed class BuildLogs(string directory, TimeProvider time)
{
    private const int KeptPerElement = 10;

    /// <param name="element">Whose log it is.</param>
    /// <param name="action"><c>build</c>, <c>fetch</c>, …</param>
    public LogStream Begin(Element element, string action)
    {
        var name = ArtifactName.Create(element.Project.Name, element.Name, element.Keys.Strict);
        var folder = Path.Combine(directory, name.Project, name.Element);
        RemoveOld(folder);
        var moment = time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        return new LogStream(Path.Combine(folder, $"{name.Key[..8]}-{action}.{moment}.log"));
    }

    private static void RemoveOld(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        var old = new DirectoryInfo(folder).EnumerateFiles("*.log").OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptPerElement - 1);
        foreach (var file in old)
            file.Delete();
    }
}
