using System.Collections.Immutable;
using System.Text.Json;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>Writes elements with every resolved field, as <c>bistro show --json</c> prints them: <c>{"elements": […]}</c>.</summary>
public static class ElementJson
{
    private const int BriefKey = 8;

    public static void Write(Utf8JsonWriter json, IEnumerable<Element> elements, ElementCaches caches)
    {
        json.WriteStartObject();
        json.WriteStartArray("elements");
        foreach (var element in elements)
            Write(json, element, caches);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Element element, ElementCaches caches)
    {
        json.WriteStartObject();
        json.WriteString("name", element.FullName);
        json.WriteString("kind", element.Kind.Name);
        json.WriteString("description", OneLine(element.Description));
        json.WriteString("full-key", caches.StrongKey(element));
        json.WriteString("key", caches.StrongKey(element).AsSpan(0, BriefKey));
        json.WriteString("state", ElementStates.Of(element, caches));
        Write(json, "vars", element.Variables.KnownValues);
        Write(json, "env", element.Environment);
        Write(json, "config", element.Config);
        Write(json, "public", element.Public);
        Write(json, "deps", DirectDependencies(element));
        Write(json, "build-deps", FullNames(element, dependency => dependency.IsBuild));
        Write(json, "runtime-deps", FullNames(element, dependency => dependency.IsRuntime));
        json.WriteStartArray("source-info");
        foreach (var info in ElementFormat.SourceInfos(element))
            Write(json, info);
        json.WriteEndArray();
        WriteKey(json, "weak-key", element.Keys.Weak);
        WriteKey(json, "strict-key", element.Keys.Strict);
        if (element.Keys.StrictInput is { } strict)
            json.WriteString("strict-key-input", strict);
        if (element.Keys.WeakInput is { } weak)
            json.WriteString("weak-key-input", weak);
        json.WriteEndObject();
    }

    /// <summary>The full names of direct dependencies, those of the build first.</summary>
    internal static IEnumerable<string> DirectDependencies(Element element) =>
        FullNames(element, dependency => dependency.IsBuild).Concat(FullNames(element, dependency => !dependency.IsBuild));

    internal static IEnumerable<string> FullNames(Element element, Func<Dependency, bool> isWanted) =>
        element.Dependencies.Where(isWanted).Select(dependency => dependency.Element.FullName);

    /// <summary>A description is one line, however it is written.</summary>
    internal static string OneLine(string description) => string.Join(' ', description.Split('\n', '\r'));

    private static void WriteKey(Utf8JsonWriter json, string name, string key)
    {
        if (key == ElementKeys.Unresolved)
            json.WriteNull(name);
        else
            json.WriteString(name, key);
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<KeyValuePair<string, string>> members)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in members)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, Node node)
    {
        json.WritePropertyName(name);
        Write(json, node);
    }

    private static void Write(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                json.WriteStringValue(scalar.Value);
                break;
            case SequenceNode sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case MappingNode mapping:
                json.WriteStartObject();
                foreach (var member in mapping.Members)
                    Write(json, member.Key, member.Value);
                json.WriteEndObject();
                break;
        }
    }
}
