using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace RlKit.Tests.PublicApi;

/// <summary>The public and protected surface of an assembly as text: types in order, the members of each in order, one line each, in C#.</summary>
internal static class PublicApiListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.Namespace, StringComparer.Ordinal).ThenBy(FullName, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(Declaration(type)).Append('\n');
            foreach ((_, string member) in Members(type).OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Line, StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Declaration(Type type)
    {
        string name = $"{type.Namespace}.{FullName(type)}";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"delegate {Name(invoke.ReturnParameter)} {name}({Parameters(invoke.GetParameters())})";
        }

        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        if (type.GetMethod("<Clone>$", Declared) is not null || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is not null)) kind = "record " + kind;
        if (type.IsValueType && !type.IsEnum && type.IsDefined(typeof(IsReadOnlyAttribute))) kind = "readonly " + kind;
        if (type.IsByRefLike) kind = kind.Replace("struct", "ref struct", StringComparison.Ordinal);
        if (kind.EndsWith("class", StringComparison.Ordinal)) kind = (type.IsAbstract, type.IsSealed) switch { (true, true) => "static " + kind, (true, _) => "abstract " + kind, (_, true) => "sealed " + kind, _ => kind };

        List<string> bases = [];
        if (type.BaseType is { } parent && !type.IsEnum && parent != typeof(object) && parent != typeof(ValueType)) bases.Add(Name(parent));
        if (type.IsEnum && Enum.GetUnderlyingType(type) != typeof(int)) bases.Add(Name(Enum.GetUnderlyingType(type)));
        if (!type.IsEnum)
            bases.AddRange(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(one => one.IsVisible && !(kind.Contains("record", StringComparison.Ordinal) && one.Name == "IEquatable`1")).Select(Name).Order(StringComparer.Ordinal));
        return $"{kind} {name}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}{Constraints(type.GetGenericArguments().Where(argument => argument.IsGenericParameter && argument.DeclaringType == type))}";
    }

    private static IEnumerable<(string Name, string Line)> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type)) yield break;
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type)) yield return ("", $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}");
            yield break;
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor) && !constructor.IsDefined(typeof(CompilerGeneratedAttribute))))
            yield return ("", $"{Access(constructor)}{Simple(type)}({Parameters(constructor.GetParameters())})");

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
        {
            string value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "";
            yield return (field.Name, $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Annotated(field.FieldType, Nullability.Create(field))} {field.Name}{value}");
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo? getter = property.GetMethod, setter = property.SetMethod;
            MethodInfo? visible = getter is not null && IsVisible(getter) ? getter : setter is not null && IsVisible(setter) ? setter : null;
            if (visible is null || IsOverride(visible)) continue;
            string accessors = (getter is not null && IsVisible(getter) ? "get; " : "") + (setter is null || !IsVisible(setter) ? "" : (IsInit(setter) ? "init; " : "set; "));
            if (setter is not null && IsVisible(setter) && setter.IsFamily != visible.IsFamily) accessors = accessors.Replace("set;", "protected set;", StringComparison.Ordinal);
            string name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{Parameters(index)}]" : property.Name;
            string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
            yield return (property.Name, $"{Access(visible)}{Modifiers(visible)}{required}{Annotated(property.PropertyType, Nullability.Create(property))} {name} {{ {accessors}}}");
        }

        foreach (EventInfo one in type.GetEvents(Declared).Where(one => one.AddMethod is { } add && IsVisible(add)))
            yield return (one.Name, $"{Access(one.AddMethod!)}{Modifiers(one.AddMethod!)}event {Annotated(one.EventHandlerType!, Nullability.Create(one))} {one.Name}");

        foreach (MethodInfo method in type.GetMethods(Declared))
        {
            bool isOperator = method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal);
            if (!IsVisible(method) || (method.IsSpecialName && !isOperator) || method.IsDefined(typeof(CompilerGeneratedAttribute)) || IsOverride(method)) continue;
            string generics = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            string extends = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
            yield return (method.Name, $"{Access(method)}{Modifiers(method)}{Name(method.ReturnParameter)} {method.Name}{generics}({extends}{Parameters(method.GetParameters())}){Constraints(method.IsGenericMethodDefinition ? method.GetGenericArguments() : [])}");
        }
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "")
        + $"{Name(parameter)} {parameter.Name}"
        + (parameter.HasDefaultValue ? " = " + (parameter.DefaultValue is null && parameter.ParameterType.IsValueType && System.Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : Literal(parameter.DefaultValue)) : "")));

    private static string Name(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (!type.IsByRef) return Annotated(type, Nullability.Create(parameter));
        string prefix = parameter.IsOut ? "out " : parameter.IsDefined(typeof(IsReadOnlyAttribute)) || parameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "InAttribute") ? (parameter.Position < 0 ? "ref readonly " : "in ") : "ref ";
        return prefix + Annotated(type.GetElementType()!, Nullability.Create(parameter));
    }

    /// <summary>A type with its question marks.</summary>
    private static string Annotated(Type type, NullabilityInfo nullability)
    {
        if (type.IsByRef) type = type.GetElementType()!;
        string mark = !type.IsValueType && (nullability.ReadState == NullabilityState.Nullable || nullability.WriteState == NullabilityState.Nullable) ? "?" : "";
        if (type.IsArray && nullability.ElementType is { } element) return $"{Annotated(type.GetElementType()!, element)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (type.IsGenericType && System.Nullable.GetUnderlyingType(type) is null && !IsTuple(type) && nullability.GenericTypeArguments.Length == type.GetGenericArguments().Length && !type.IsNested)
            return $"{Simple(type)}<{string.Join(", ", type.GetGenericArguments().Zip(nullability.GenericTypeArguments, Annotated))}>{mark}";
        return Name(type) + mark;
    }

    private static string Name(Type type)
    {
        if (System.Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsGenericParameter) return type.Name;
        if (type.IsGenericType && IsTuple(type)) return $"({string.Join(", ", type.GetGenericArguments().Select(Name))})";
        return Type.GetTypeCode(type) switch
        {
            _ when type.IsEnum => FullName(type),
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Char => "char",
            TypeCode.Int16 => "short",
            TypeCode.UInt16 => "ushort",
            TypeCode.Int32 => "int",
            TypeCode.UInt32 => "uint",
            TypeCode.Int64 => "long",
            TypeCode.UInt64 => "ulong",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.Decimal => "decimal",
            TypeCode.String => "string",
            _ when type == typeof(void) => "void",
            _ when type == typeof(object) => "object",
            _ => FullName(type),
        };
    }

    /// <summary>The name with that of the types around it and with type arguments, without the namespace.</summary>
    private static string FullName(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        int inherited = type.IsNested ? type.DeclaringType!.GetGenericArguments().Length : 0;
        string own = Simple(type) + (arguments.Length > inherited ? $"<{string.Join(", ", arguments.Skip(inherited).Select(Name))}>" : "");
        if (!type.IsNested || type.IsGenericParameter) return own;
        Type outer = type.DeclaringType!;
        return (inherited > 0 && !type.IsGenericTypeDefinition ? FullName(outer.MakeGenericType(arguments[..inherited])) : FullName(outer)) + "." + own;
    }

    private static string Simple(Type type) => type.Name.Split('`')[0];

    private static bool IsTuple(Type type) => type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal);

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum one => $"{Name(one.GetType())}.{one}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(parameter =>
    {
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        bool isUnmanaged = parameter.GetCustomAttributesData().Any(attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute");
        List<string> constraints = [];
        if (isUnmanaged) constraints.Add("unmanaged");
        else if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) constraints.Add("struct");
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) constraints.Add("class");
        constraints.AddRange(parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(Name).Order(StringComparer.Ordinal));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) constraints.Add("new()");
        return constraints.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", constraints)}";
    }));

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? (method.IsAbstract ? "static abstract " : "static ")
        : method.DeclaringType!.IsInterface ? ""
        : method.IsAbstract ? "abstract "
        : method.IsVirtual && !method.IsFinal ? "virtual "
        : "";

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !(method.DeclaringType!.IsSealed && method.IsConstructor) && !method.DeclaringType.IsSealed);

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
