using Bistro.Builder.Images.Permissions;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Images;

public sealed class FileRuleReaderTests
{
    [Fact]
    public void Each_member_is_read()
    {
        var rules = Read("""
            - {path: /tmp, mode: "1777"}
            - {path: /etc/*.key, mode: 0600, owner: 65532, group: "4294967294"}
            - {path: /usr/bin/ping, capabilities: cap_net_raw+ep, xattrs: {user.x: text}}
            """);

        Assert.Equal(("/tmp", 0x3FF, null, false), (rules[0].Path, rules[0].Mode, rules[0].Owner, rules[0].IsGlob));
        Assert.Equal(("/etc/", 0x180, 65532u, 4294967294u, true), (rules[1].Stem, rules[1].Mode, rules[1].Owner, rules[1].Group, rules[1].IsGlob));
        Assert.Equal(["security.capability", "user.x"], rules[2].Xattrs.Select(xattr => xattr.Key));
        Assert.Equal("dGV4dA==", rules[2].Xattrs[1].Value);
    }

    [Fact]
    public void An_element_without_a_table_has_no_rules()
    {
        Assert.Empty(FileRuleReader.ReadPublic(YamlReader.Read(File, "{bst: {integration-commands: []}}")));
        Assert.Empty(FileRuleReader.ReadPublic(YamlReader.Read(File, "{bistro: {}}")));
        Assert.Throws<LoadException>(() => FileRuleReader.ReadPublic(YamlReader.Read(File, "{bistro: {fils: []}}")));
    }

    [Theory]
    [InlineData("{path: tmp, mode: '0755'}", "f:2:10: 'path' must be absolute, such as '/tmp'")]
    [InlineData("{path: /, mode: '0755'}", "f:2:10: 'path' must not be '/'")]
    [InlineData("{path: /a/../b, mode: '0755'}", "f:2:10: 'path' must not have empty, '.' or '..' components: '/a/../b'")]
    [InlineData("{path: /a/, mode: '0755'}", "f:2:10: 'path' must not have empty")]
    [InlineData("{path: /a}", "f:2:10: The entry for '/a' sets nothing")]
    [InlineData("{mode: '0755'}", "f:2:3: Dictionary did not contain expected key 'path'")]
    [InlineData("{path: /a, mode: u+s}", "f:2:20: 'mode' must be three or four octal digits")]
    [InlineData("{path: /a, mode: '0888'}", "f:2:20: 'mode' must be three or four octal digits")]
    [InlineData("{path: /a, mode: '7'}", "f:2:20: 'mode' must be three or four octal digits")]
    [InlineData("{path: /a, mode: '00755'}", "f:2:20: 'mode' must be three or four octal digits")]
    [InlineData("{path: /a, owner: www}", "f:2:21: 'owner' must be a number, not the name 'www': write the number that the image's /etc/passwd has for it")]
    [InlineData("{path: /a, group: adm}", "f:2:21: 'group' must be a number, not the name 'adm': write the number that the image's /etc/group has for it")]
    [InlineData("{path: /a, owner: 4294967295}", "f:2:21: 'owner' must be between 0 and 4294967294")]
    [InlineData("{path: /a, owner: '-1'}", "f:2:21: 'owner' must be a number")]
    [InlineData("{path: /a, capabilities: cap_x+ep}", "f:2:28: 'cap_x' is not a capability")]
    [InlineData("{path: /a, xattrs: {x: y}}", "f:2:23: The name of an extended attribute must begin with 'user.' or 'security.' or 'trusted.', not 'x'")]
    [InlineData("{path: /a, xattrs: {user.: y}}", "f:2:23: The name of an extended attribute must begin with")]
    [InlineData("{path: /a, xattrs: {user.a=b: y}}", "f:2:23: The name of an extended attribute must have at most 255 bytes and no '='")]
    [InlineData("{path: /a, xattrs: {security.capability: y}}", "f:2:23: Write 'security.capability' as 'capabilities: cap_net_raw+ep'")]
    [InlineData("{path: /a, xattrs: {user.a: []}}", "f:2:31: Value of 'user.a' is not of the expected type 'scalar'")]
    [InlineData("{path: /a, moed: '1777'}", "f:2:20: Unexpected key: moed")]
    public void A_mistake_has_its_place(string entry, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<LoadException>(() => Read("- " + entry)).Message, StringComparison.Ordinal);

    [Fact]
    public void Mistakes_are_reported_together() =>
        Assert.Equal(2, Assert.Throws<LoadException>(() => Read("- {path: a, mode: '0755'}\n- {path: /b, owner: root}")).Errors.Length);

    private static SourceFile File { get; } = new("f", null);

    private static FileRule[] Read(string files) =>
        [.. FileRuleReader.Read(YamlReader.Read(File, $"files:\n{files}").Sequence("files"))];
}
