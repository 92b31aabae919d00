using System.Text;
using Bistro.Builder.Sources;

namespace Bistro.Unit.Sources;

public sealed class NetrcTests
{
    private static readonly Netrc Hosts = Netrc.Parse("""
        # logins
        machine a.example login ann password secret
        macdef init
        machine b.example login x password y

        machine b.example
            login bob
            account none
            password word
        default login anonymous password mail
        """);

    [Theory]
    [InlineData("https://a.example/x", "ann:secret")]
    [InlineData("https://b.example/x", "bob:word")]
    [InlineData("https://c.example/x", "anonymous:mail")]
    [InlineData("https://me:p%40ss@a.example/x", "me:p@ss")]
    public void A_host_gets_its_login(string url, string login)
    {
        var header = Hosts.Authorize(new Uri(url), bearer: false)!;
        Assert.Equal("Basic", header.Scheme);
        Assert.Equal(login, Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)));
    }

    [Fact]
    public void A_mirror_may_want_the_password_as_a_token() =>
        Assert.Equal("Bearer secret", Hosts.Authorize(new Uri("https://a.example/"), bearer: true)!.ToString());

    [Fact]
    public void Without_a_file_no_user_is_logged_in() => Assert.Null(new Netrc().Authorize(new Uri("https://a.example/"), bearer: false));
}
