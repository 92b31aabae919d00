using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Bistro.Unit.Architecture;

/// <summary>
/// Reads from a compiled assembly which of its types use which others: by base types, interfaces, constraints, fields, signatures
/// and method bodies. A nested type, one that the compiler made too, counts for the type around it. Constants leave no trace.
/// </summary>
internal sealed class CompiledTypes
{
    private static readonly Dictionary<ushort, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value, code => code.OperandType);

    private readonly PEReader _image;
    private readonly MetadataReader _metadata;
    private readonly string _root;
    private readonly FolderGraph _graph = new();

    private CompiledTypes(PEReader image, string root) => (_image, _metadata, _root) = (image, image.GetMetadataReader(), root);

    /// <summary>The graph of the folders below a root namespace.</summary>
    public static FolderGraph ReadFolders(string assembly, string root)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var types = new CompiledTypes(image, root);
        foreach (var handle in types._metadata.TypeDefinitions)
            types.AddType(handle);
        return types._graph;
    }

    private void AddType(TypeDefinitionHandle handle)
    {
        if (NameOf(handle) is not { } user)
            return;
        var type = _metadata.GetTypeDefinition(handle);
        Use(user, type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Use(user, _metadata.GetInterfaceImplementation(implemented).Interface);
        AddConstraints(user, type.GetGenericParameters());
        var signatures = new UsedTypes(this, user);
        foreach (var field in type.GetFields())
            _metadata.GetFieldDefinition(field).DecodeSignature(signatures, null);
        foreach (var method in type.GetMethods())
            AddMethod(user, _metadata.GetMethodDefinition(method), signatures);
    }

    private void AddMethod(TypeName user, MethodDefinition method, UsedTypes signatures)
    {
        method.DecodeSignature(signatures, null);
        AddConstraints(user, method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(signatures, null);
        foreach (var region in body.ExceptionRegions)
            Use(user, region.CatchType);
        AddInstructions(user, body.GetILReader());
    }

    private void AddConstraints(TypeName user, GenericParameterHandleCollection parameters)
    {
        foreach (var parameter in parameters)
            foreach (var constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                Use(user, _metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void AddInstructions(TypeName user, BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            ushort value = code.ReadByte();
            if (value == 0xFE)
                value = (ushort)((value << 8) | code.ReadByte());
            switch (Operands[value])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig:
                    Use(user, MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += targets * sizeof(int);
                    break;
                case var operand:
                    code.Offset += Size(operand);
                    break;
            }
        }
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private void Use(TypeName user, EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        var signatures = new UsedTypes(this, user);
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                if (NameOf((TypeDefinitionHandle)handle) is { } used)
                    _graph.Add(user, used);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(signatures, null);
                break;
            case HandleKind.FieldDefinition:
                Use(user, _metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Use(user, _metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Use(user, generic.Method);
                generic.DecodeSignature(signatures, null);
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Use(user, member.Parent);
                if (member.GetKind() == MemberReferenceKind.Field)
                    member.DecodeFieldSignature(signatures, null);
                else
                    member.DecodeMethodSignature(signatures, null);
                break;
            case HandleKind.StandaloneSignature:
                _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(signatures, null);
                break;
        }
    }

    // The outermost type around a type of the project; null for what generators and the compiler put elsewhere.
    private TypeName? NameOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        var space = _metadata.GetString(type.Namespace);
        var name = _metadata.GetString(type.Name);
        if (space == _root)
            return new TypeName(".", name);
        return space.StartsWith(_root + ".", StringComparison.Ordinal)
            ? new TypeName(space[(_root.Length + 1)..].Replace('.', '/'), name)
            : null;
    }

    /// <summary>Notes each type of the assembly that a signature names.</summary>
    private sealed class UsedTypes(CompiledTypes types, TypeName user) : ISignatureTypeProvider<bool, object?>
    {
        public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            types.Use(user, handle);
            return true;
        }

        public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        {
            types.Use(user, handle);
            return true;
        }

        public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => true;

        public bool GetArrayType(bool elementType, ArrayShape shape) => true;

        public bool GetByReferenceType(bool elementType) => true;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) => true;

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => true;

        public bool GetGenericMethodParameter(object? genericContext, int index) => true;

        public bool GetGenericTypeParameter(object? genericContext, int index) => true;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => true;

        public bool GetPinnedType(bool elementType) => true;

        public bool GetPointerType(bool elementType) => true;

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => true;

        public bool GetSZArrayType(bool elementType) => true;
    }
}
