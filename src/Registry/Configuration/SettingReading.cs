using System.Globalization;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Registry.Configuration;

/// <summary>Reads settings with a unit or limits. A wrong value is a <see cref="LoadException"/> with its place.</summary>
internal static class SettingReading
{
    private const string Suffixes = "KMGT";

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    public static int Positive(this MappingNode section, string key, int absent) => section.AtLeast(key, 1, absent);

    public static int AtLeast(this MappingNode section, string key, int least, int absent)
    {
        var value = section.Integer(key, absent);
        return value >= least ? value : throw section[key]!.Wrong($"'{key}' must be at least {least}, not {value}");
    }

    public static TimeSpan Seconds(this MappingNode section, string key, TimeSpan absent) =>
        section.Contains(key) ? TimeSpan.FromSeconds(section.Positive(key, 1)) : absent;

    /// <summary>How long something waits, in seconds. Timers of .NET take less than 50 days.</summary>
    public static TimeSpan Wait(this MappingNode section, string key, TimeSpan absent)
    {
        var wait = section.Seconds(key, absent);
        return wait <= LongestWait ? wait : throw section[key]!.Wrong($"'{key}' must be at most {LongestWait.TotalSeconds:0}, not {wait.TotalSeconds:0}");
    }

    /// <summary>A number of bytes, optionally with the suffix <c>K</c>, <c>M</c>, <c>G</c> or <c>T</c> for powers of 1024; null if it is not set.</summary>
    public static long? OptionalBytes(this MappingNode section, string key)
    {
        if (section.Scalar(key) is not { } scalar)
            return null;
        var digits = scalar.Value.AsSpan().Trim();
        var shift = digits.Length > 0 ? 10 * (Suffixes.IndexOf(digits[^1], StringComparison.Ordinal) + 1) : 0;
        if (shift > 0)
            digits = digits[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue >> shift
            ? number << shift
            : throw scalar.Wrong($"'{key}' is a number of bytes, such as 500, 64K, 4M or 10G, not '{scalar.Value}'");
    }

    /// <summary>A number of bytes that fits into an <c>int</c>.</summary>
    /// <param name="least">The smallest allowed value.</param>
    public static int Bytes(this MappingNode section, string key, int absent, int least)
    {
        var value = section.OptionalBytes(key) ?? absent;
        return value >= least && value <= int.MaxValue
            ? (int)value
            : throw section[key]!.Wrong($"'{key}' must be between {least} and {int.MaxValue} bytes, not {value}");
    }

    /// <summary>An http or https URL. A URL with a password is refused without repeating it.</summary>
    public static Uri? OptionalUrl(this MappingNode section, string key)
    {
        if (section.Scalar(key) is not { } scalar)
            return null;
        var isUrl = Uri.TryCreate(scalar.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        if (isUrl && url!.UserInfo.Length > 0)
            throw scalar.Wrong($"'{key}' must be an address without a user name or password");
        return isUrl ? url : throw scalar.Wrong($"'{key}' must be an address that begins with https:// or http://");
    }

    public static LoadException Wrong(this Node node, string message) => new(LoadErrorReason.InvalidData, node.Provenance, message);
}
