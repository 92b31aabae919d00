using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Bistro.Builder.Trees;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Permissions;

/// <summary>Reads <c>files</c> tables: <c>public: bistro: files</c> of an element, or <c>files</c> of an image in <c>bistro.yaml</c>.</summary>
public static class FileRuleReader
{
    private const string Domain = "bistro";
    private const string Files = "files";
    private const int MaxXattrName = 255;
    private const int MaxXattrValue = 1 << 16;

    private static readonly string[] Namespaces = ["user.", "security.", "trusted."];

    /// <summary>The table in an element's public data; empty when there is none.</summary>
    /// <exception cref="LoadException">The table is wrong. All mistakes are reported together.</exception>
    public static ImmutableArray<FileRule> ReadPublic(MappingNode publicData)
    {
        if (publicData.OptionalMapping(Domain) is not { } domain)
            return [];
        domain.ExpectKeys(Files);
        return domain.OptionalSequence(Files) is { } files ? Read(files) : [];
    }

    /// <exception cref="LoadException">The table is wrong. All mistakes are reported together.</exception>
    public static ImmutableArray<FileRule> Read(SequenceNode files)
    {
        var errors = new LoadErrors();
        var rules = ImmutableArray.CreateBuilder<FileRule>();
        foreach (var entry in files.Mappings())
        {
            try
            {
                rules.Add(Read(entry));
            }
            catch (LoadException mistake)
            {
                errors.Add(mistake);
            }
        }
        errors.ThrowIfAny();
        return rules.DrainToImmutable();
    }

    private static FileRule Read(MappingNode entry)
    {
        entry.ExpectKeys("path", "mode", "owner", "group", "capabilities", "xattrs");
        var path = entry.RequiredScalar("path");
        if (entry.Members.Length == 1)
            throw Wrong(path, $"The entry for '{path.Value}' sets nothing. Add 'mode', 'owner', 'group', 'capabilities' or 'xattrs'");
        return new FileRule(ReadPath(path), path.Provenance)
        {
            Mode = entry.Scalar("mode") is { } mode ? ReadMode(mode) : null,
            Owner = entry.Scalar("owner") is { } owner ? ReadId("owner", owner) : null,
            Group = entry.Scalar("group") is { } group ? ReadId("group", group) : null,
            Xattrs = [.. ReadXattrs(entry).OrderBy(xattr => xattr.Key, StringComparer.Ordinal)],
        };
    }

    private static string ReadPath(ScalarNode path)
    {
        var text = path.Value;
        if (!text.StartsWith('/'))
            throw Wrong(path, $"'path' must be absolute, such as '/{text}'");
        if (text.Trim('/').Length == 0)
            throw Wrong(path, "'path' must not be '/': layers have no entry for the root directory");
        if (text.Contains('\0') || text.Split('/').Skip(1).Any(name => name is "" or "." or ".."))
            throw Wrong(path, $"'path' must not have empty, '.' or '..' components: '{text}'");
        return text;
    }

    private static int ReadMode(ScalarNode mode)
    {
        var text = mode.Value;
        if (text.Length is not (3 or 4) || text.AsSpan().ContainsAnyExceptInRange('0', '7'))
            throw Wrong(mode, $"'mode' must be three or four octal digits, such as \"0644\" or \"4755\", not '{text}'");
        return Convert.ToInt32(text, 8);
    }

    private static uint ReadId(string key, ScalarNode id)
    {
        // The largest number stands for "no change" in chown(2).
        if (uint.TryParse(id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue)
            return number;
        throw Wrong(id, id.Value.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? $"'{key}' must be a number, not the name '{id.Value}': write the number that the image's /etc/{(key == "owner" ? "passwd" : "group")} has for it"
            : $"'{key}' must be between 0 and 4294967294, not '{id.Value}'");
    }

    private static IEnumerable<KeyValuePair<string, string>> ReadXattrs(MappingNode entry)
    {
        if (entry.Scalar("capabilities") is { } capabilities)
        {
            yield return KeyValuePair.Create(EntryAttributes.Capability, Convert.ToBase64String(
                FileCapabilities.TryParse(capabilities.Value, out var bytes, out var mistake) ? bytes : throw Wrong(capabilities, mistake)));
        }
        var xattrs = entry.OptionalMapping("xattrs") ?? MappingNode.Empty;
        foreach (var member in xattrs.Members)
            yield return KeyValuePair.Create(ReadName(member), ReadValue(xattrs.RequiredScalar(member.Key)));
    }

    private static string ReadName(Member member)
    {
        var name = member.Key;
        if (name == EntryAttributes.Capability)
            throw Wrong(member.KeyProvenance, $"Write '{EntryAttributes.Capability}' as 'capabilities: cap_net_raw+ep'");
        if (!Namespaces.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length))
            throw Wrong(member.KeyProvenance, $"The name of an extended attribute must begin with {string.Join(" or ", Namespaces.Select(prefix => $"'{prefix}'"))}, not '{name}'");
        // A pax record's keyword ends at '='.
        if (name.AsSpan().ContainsAny('=', '\0') || Encoding.UTF8.GetByteCount(name) > MaxXattrName)
            throw Wrong(member.KeyProvenance, $"The name of an extended attribute must have at most {MaxXattrName} bytes and no '=', not '{name}'");
        return name;
    }

    private static string ReadValue(ScalarNode value)
    {
        var bytes = Encoding.UTF8.GetBytes(value.Value);
        return bytes.Length <= MaxXattrValue
            ? Convert.ToBase64String(bytes)
            : throw Wrong(value, $"The value of an extended attribute must have at most {MaxXattrValue} bytes, not {bytes.Length}");
    }

    private static LoadException Wrong(Node node, string message) => Wrong(node.Provenance, message);

    private static LoadException Wrong(Provenance where, string message) => new(LoadErrorReason.InvalidData, where, message);
}
