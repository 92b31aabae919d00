using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Machines;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>Reads an element's composed <c>sandbox</c> into its canonical form.</summary>
internal static class SandboxReader
{
    /// <exception cref="LoadException">A member is wrong.</exception>
    public static SandboxDeclaration Read(MappingNode sandbox, HostMachine host)
    {
        sandbox.ExpectKeys("build-uid", "build-gid", "build-os", "build-arch", "remote-apis-socket");
        var architecture = sandbox.Scalar("build-arch") is { Value.Length: > 0 } named
            ? Architecture.Canonical(named.Value) ?? throw new LoadException(
                LoadErrorReason.InvalidData, named.Provenance, $"Unknown architecture: {named.Value}")
            : host.Architecture;
        var os = sandbox.OptionalText("build-os") is { Length: > 0 } system
            ? system.ToLowerInvariant()
            : host.OperatingSystem.ToLowerInvariant();

        var key = new KeyMembers().Add("build-os", os).Add("build-arch", architecture);
        AddNumber("build-uid");
        AddNumber("build-gid");
        if (sandbox.OptionalMapping("remote-apis-socket") is { Members.IsEmpty: false } socket)
            key.Add("remote-apis-socket", ReadSocket(socket));
        return new SandboxDeclaration
        {
            BuildArchitecture = architecture,
            BuildOs = os,
            BuildUid = sandbox.OptionalText("build-uid"),
            BuildGid = sandbox.OptionalText("build-gid"),
            Key = key.ToKey(),
        };

        void AddNumber(string name)
        {
            if (sandbox.Contains(name))
                key.Add(name, sandbox.Integer(name));
        }
    }

    private static KeyValue ReadSocket(MappingNode socket)
    {
        socket.ExpectKeys("path", "action-cache-enable-update");
        var key = new KeyMembers().Add("path", socket.Text("path"));
        return (socket.Bool("action-cache-enable-update", false) ? key.Add("action-cache-enable-update", true) : key).ToKey();
    }
}
