using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Sources;

namespace Bistro.Model.Loading;

/// <summary>Every native kind. A project's <c>plugins</c> decide which of them it may use, and which of two of one name it means.</summary>
public sealed record KindCatalog(
    ImmutableArray<IElementKind> Elements, ImmutableArray<ISourceKind> Sources, ImmutableArray<ISourceMirrorKind> Mirrors);
