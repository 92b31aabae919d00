using System.Collections.Immutable;
using Bistro.Model.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bistro.Model.Yaml;

/// <summary>Reads YAML text as BuildStream does: one mapping, texts as scalars, no anchors, no repeated keys.</summary>
public static class YamlReader
{
    /// <exception cref="LoadException">It is no YAML that BuildStream takes.</exception>
    public static MappingNode Read(SourceFile file, string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.MoveNext();
            parser.MoveNext();
            if (parser.Current is not DocumentStart)
                return new MappingNode([], new Provenance(file, 1, 1));
            parser.MoveNext();
            return (MappingNode)Node(parser, file);
        }
        catch (YamlException exception)
        {
            throw new LoadException(
                LoadErrorReason.InvalidYaml, new Provenance(file, (int)exception.Start.Line, (int)exception.Start.Column), exception.Message);
        }
    }

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">Who is to blame where it is missing.</param>
    /// <exception cref="LoadException">The file is missing or no YAML that BuildStream takes.</exception>
    public static MappingNode ReadFile(SourceFile file, Provenance? askedBy = null)
    {
        if (Directory.Exists(file.Path))
            throw new LoadException(LoadErrorReason.LoadingDirectory, askedBy, $"{file.Path} is a directory");
        if (!File.Exists(file.Path))
            throw new LoadException(LoadErrorReason.MissingFile, askedBy, $"Could not find file at {file.Path}");
        return Read(file, File.ReadAllText(file.Path));
    }

    private static Node Node(Parser parser, SourceFile file)
    {
        var start = parser.Current!.Start;
        var where = new Provenance(file, (int)start.Line, (int)start.Column);
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return new ScalarNode(scalar.Value.Trim(), where);
            case SequenceStart:
                parser.MoveNext();
                var items = ImmutableArray.CreateBuilder<Node>();
                while (parser.Current is not SequenceEnd)
                    items.Add(Node(parser, file));
                parser.MoveNext();
                return new SequenceNode(items.ToImmutable(), where);
            case MappingStart:
                parser.MoveNext();
                var members = ImmutableArray.CreateBuilder<Member>();
                while (parser.Current is not MappingEnd)
                {
                    var key = (ScalarNode)Node(parser, file);
                    if (members.Any(member => member.Key == key.Value))
                        throw new LoadException(LoadErrorReason.InvalidYaml, key.Provenance, $"Duplicate key {key.Value}");
                    members.Add(new Member(key.Value, Node(parser, file), key.Provenance));
                }

                parser.MoveNext();
                return new MappingNode(members.ToImmutable(), where);
            default:
                throw new LoadException(LoadErrorReason.InvalidYaml, where, "Anchors are disallowed in BuildStream");
        }
    }
}
