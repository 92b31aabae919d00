using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Bistro.Unit.Architecture;

/// <summary>src/BannedSymbols.txt bans methods by their overloads, one a line. A new runtime may add an overload.</summary>
public sealed class BannedSymbolsTests
{
    private static readonly HashSet<string> Banned =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "BannedSymbols.txt")).Select(line => line.Split(';')[0]),
    ];

    /// <summary>One row for each method of which every overload is banned.</summary>
    public static TheoryData<Type, string> Methods => new()
    {
        { typeof(Task), nameof(Task.Wait) },
        { typeof(Task), nameof(Task.WaitAll) },
        { typeof(Task), nameof(Task.WaitAny) },
        { typeof(TaskAwaiter), nameof(TaskAwaiter.GetResult) },
        { typeof(TaskAwaiter<>), nameof(TaskAwaiter.GetResult) },
        { typeof(ValueTaskAwaiter), nameof(ValueTaskAwaiter.GetResult) },
        { typeof(ValueTaskAwaiter<>), nameof(ValueTaskAwaiter.GetResult) },
        { typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter), "GetResult" },
        { typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter), "GetResult" },
        { typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter), "GetResult" },
        { typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter), "GetResult" },
        { typeof(Thread), nameof(Thread.Sleep) },
        { typeof(Thread), nameof(Thread.SpinWait) },
        { typeof(SpinWait), nameof(SpinWait.SpinUntil) },
        { typeof(SpinWait), nameof(SpinWait.SpinOnce) },
        { typeof(Process), nameof(Process.Start) },
        { typeof(HttpClient), ConstructorInfo.ConstructorName },
        { typeof(IOException), ConstructorInfo.ConstructorName },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_overload_is_banned(Type type, string name)
    {
        var overloads = type.GetMember(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Cast<MethodBase>().Select(Id).ToArray();
        Assert.NotEmpty(overloads);
        Assert.Empty(overloads.Except(Banned));
    }

    // The id that documentation files and the analyzer use.
    private static string Id(MethodBase method)
    {
        var parameters = method.GetParameters().Select(parameter => Name(parameter.ParameterType)).ToArray();
        var name = method.IsConstructor ? "#ctor" : method.Name;
        return $"M:{method.DeclaringType!.FullName!.Replace('+', '.')}.{name}{(parameters.Length == 0 ? "" : $"({string.Join(',', parameters)})")}";
    }

    private static string Name(Type type)
    {
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.FullName!.Replace('+', '.');
        var definition = type.GetGenericTypeDefinition().FullName!;
        return $"{definition[..definition.IndexOf('`')]}{{{string.Join(',', type.GetGenericArguments().Select(Name))}}}";
    }
}
