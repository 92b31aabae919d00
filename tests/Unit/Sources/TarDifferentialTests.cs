using System.Diagnostics;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Unit.Sources;

/// <summary>Archives that Python makes, read by Bistro and by Python's <c>tarfile</c> as BuildStream's <c>tar</c> source uses it.</summary>
public sealed class TarDifferentialTests : IDisposable
{
    private readonly SourceFixture _sources = new();

    [Fact]
    public async Task Archives_give_what_Python_extracts()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed");
        var directory = _sources.NewDirectory();
        await File.WriteAllTextAsync($"{directory}/make.py", Script, TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["make.py"]) { WorkingDirectory = directory, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(error.Length == 0, error);

        var archives = Directory.GetFiles(directory, "*.tar").Order(StringComparer.Ordinal).ToList();
        Assert.True(archives.Count > 300, $"There are {archives.Count} archives.");
        var differences = new List<string>();
        foreach (var archive in archives)
        {
            var expected = await File.ReadAllTextAsync(archive + ".txt", TestContext.Current.CancellationToken);
            var actual = await ListAsync(archive);
            if (actual != expected && !(expected.StartsWith("refused", StringComparison.Ordinal) && actual.StartsWith("refused", StringComparison.Ordinal)))
                differences.Add($"{Path.GetFileName(archive)}: {await File.ReadAllTextAsync(archive + ".what", TestContext.Current.CancellationToken)}\nPython:\n{expected}\nBistro:\n{actual}");
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(5))}");
    }

    public void Dispose() => _sources.Dispose();

    private async Task<string> ListAsync(string archive)
    {
        try
        {
            var digest = Digest.Of(await File.ReadAllBytesAsync(archive, TestContext.Current.CancellationToken)).Hex;
            var tree = await _sources.StageAsync($"{{kind: tar, url: 'file://{archive}', ref: {digest}, base-dir: ''}}");
            return string.Concat(_sources.Trees.Trees.Walk(tree).Select(entry => entry.Node switch
            {
                FileNode file => $"{entry.Path} {(file.IsExecutable ? 'x' : '-')} {file.Content.Hash.Hex}\n",
                LinkNode link => $"{entry.Path} -> {link.Target}\n",
                _ => $"{entry.Path}/\n",
            }));
        }
        catch (Builder.Errors.SourceException failure)
        {
            return $"refused: {failure.Message}";
        }
    }

    // Extracts as BuildStream's tar source does with an empty base-dir, by any version of Python.
    private const string Script = """
        import copy, hashlib, io, os, random, shutil, tarfile

        number = 0

        class Refused(tarfile.TarError):
            pass

        # Python's own filters, which older versions lack: tar_filter for symbolic links, data_filter for the rest.
        def extract_filter(member, target):
            root = os.path.realpath(target)
            def check(name):
                path = os.path.realpath(os.path.join(root, name))
                try:
                    os.stat(os.path.join(root, name))
                except FileNotFoundError:
                    pass
                if os.path.commonpath([path, root]) != root:
                    raise Refused(f'{name} leads out')
            member = copy.copy(member)
            member.name = os.path.normpath(member.name.lstrip('/'))
            check(member.name)
            if member.issym():
                return member
            if member.islnk():
                if os.path.isabs(member.linkname):
                    raise Refused(f'{member.linkname} is absolute')
                member.linkname = os.path.normpath(member.linkname)
                check(member.linkname)
            elif not (member.isreg() or member.isdir()):
                raise Refused(f'{member.name} is special')
            if not member.isdir():
                member.mode = (member.mode & 0o755 if member.mode & 0o100 else member.mode & 0o644) | 0o600
            return member

        # As Python 3.14 makes folders and links, which older versions do more loosely.
        class Reader(tarfile.TarFile):
            def makedir(self, member, path):
                if not os.path.isdir(path):
                    os.mkdir(path, 0o700)

            def makelink(self, member, path):
                failed = False
                try:
                    if member.issym() or os.path.exists(member._link_target):
                        if os.path.lexists(path):
                            os.unlink(path)
                        if member.issym():
                            os.symlink(member.linkname, path)
                        else:
                            os.link(os.path.realpath(member._link_target), path)
                        return
                except OSError:
                    failed = True
                try:
                    found = self._find_link_target(member)
                except KeyError:
                    if failed:
                        raise tarfile.ExtractError('no target')
                    raise
                renamed = copy.copy(found)
                renamed.name = member.name
                extract_filter(renamed, 'out')
                self._extract_member(extract_filter(found, 'out'), path)

        def listing(root):
            lines = []
            def walk(path, shown):
                for name in sorted(os.listdir(path), key=lambda name: name.encode()):
                    below, at = path + '/' + name, shown + '/' + name
                    if os.path.islink(below):
                        lines.append(f'{at} -> {os.readlink(below)}')
                    elif os.path.isdir(below):
                        lines.append(at + '/')
                        walk(below, at)
                    else:
                        with open(below, 'rb') as file:
                            digest = hashlib.sha256(file.read()).hexdigest()
                        lines.append(f"{at} {'x' if os.stat(below).st_mode & 0o100 else '-'} {digest}")
            walk(root, '')
            return ''.join(line + '\n' for line in lines)

        def case(data, what):
            global number
            number += 1
            name = f'{number:04}.tar'
            with open(name, 'wb') as file:
                file.write(data)
            os.mkdir('out')
            try:
                with Reader.open(name) as tar:
                    members = [member for member in tar.getmembers() if not member.isdev()]
                    for member in members:
                        tar.extract(extract_filter(member, 'out'), 'out')
                result = listing('out')
                result.encode()
            except (tarfile.TarError, OSError, ValueError, KeyError, EOFError, RecursionError) as error:
                result = f'refused: {type(error).__name__} {error}'
            shutil.rmtree('out')
            with open(name + '.txt', 'w', errors='backslashreplace') as file:
                file.write(result)
            with open(name + '.what', 'w', errors='backslashreplace') as file:
                file.write(what)

        def member(name, kind=tarfile.REGTYPE, link='', text=b'', mode=0o644, headers=None):
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mode, info.size = kind, link, mode, len(text)
            info.pax_headers = headers or {}
            return info, text

        def build(members, format=tarfile.PAX_FORMAT, close=True, headers=None):
            out = io.BytesIO()
            tar = tarfile.open(fileobj=out, mode='w', format=format, pax_headers=headers)
            for info, text in members:
                tar.addfile(info, io.BytesIO(text))
            if close:
                tar.close()
            return out.getvalue()

        FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
        file = lambda name, text=b'x', **more: member(name, text=text, **more)
        folder = lambda name: member(name, tarfile.DIRTYPE, mode=0o755)
        sym = lambda name, link: member(name, tarfile.SYMTYPE, link)
        hard = lambda name, link, mode=0o644: member(name, tarfile.LNKTYPE, link, mode=mode)

        for format in FORMATS:
            case(build([file('a'), file('b', b'y' * 5000, mode=0o755)], format), f'plain {format}')
            case(build([file('a'), file('b')], format, close=False), f'not closed {format}')
            case(build([file('a'), file('a', b'2'), folder('d'), file('d/x'), folder('d')], format), f'twice {format}')
            case(build([hard('b', 'a'), file('a')], format), f'hard link before its target {format}')
            case(build([file('a'), hard('b', 'a', 0o755), hard('c', 'b')], format), f'hard links {format}')
            case(build([sym('s', 'a'), file('a'), hard('b', 's')], format), f'hard link to a link {format}')
            case(build([file('a'), member('n', tarfile.CHRTYPE), member('b', tarfile.BLKTYPE), member('p', tarfile.FIFOTYPE)], format), f'devices {format}')
            case(build([file('../x')], format), 'up')
            case(build([file('a/../../x')], format), 'up and out')
            case(build([file('/etc/x'), file('//y')], format), 'absolute')
            case(build([sym('l', '/etc'), sym('m', '../..'), file('x')], format), 'links anywhere')
            case(build([sym('l', '/etc'), file('l/x')], format), 'through an absolute link')
            case(build([folder('d'), sym('l', 'd'), file('l/x'), folder('l')], format), 'through a link')
            case(build([sym('l', 'd'), folder('l')], format), 'folder over a dangling link')
            case(build([folder('d'), sym('d', 'x')], format), 'link over a folder')
            case(build([folder('d'), file('d')], format), 'file over a folder')
            case(build([file('d'), folder('d')], format), 'folder over a file')
            case(build([file('f'), file('f/x')], format), 'file in a file')
            case(build([file('a'), sym('a', 'b'), file('a', b'3'), file('b', b'4')], format), 'link over a file and file over a link')
            case(build([member('t', b'7', text=b'contiguous')], format), 'contiguous')
            case(build([member('t', b'Z', text=b'unknown'), file('a')], format), 'unknown type')
            case(build([file('./a'), folder('./'), file('b//c'), file('d/./e')], format), 'dots')
        for format in FORMATS[1:]:
            case(build([file('n' * 90 + '/' + 'm' * 120 + '/' + 'o' * 200, b'long'), sym('l', 't' * 300)], format), f'long names {format}')
            case(build([file('e\u00e9/\u20ac/\U0001F600', b'unicode'), sym('l', '\u00e9')], format), f'unicode {format}')
            case(build([file('a'), hard('h' * 150, 'a'), hard('i', 'a')], format), f'long hard links {format}')
        case(build([file('a' * 150 + '/b')], tarfile.USTAR_FORMAT), 'ustar prefix')
        case(build([file('a'), file('b')], headers={'comment': '0123', 'mtime': '1'}), 'global headers')
        case(build([file('a', headers={'path': 'other/', 'comment': 'x'}), file('b')]), 'pax path')
        case(build([]), 'empty')
        case(b'', 'no byte')
        case(b'\0' * 10240, 'zeros')
        case(b'x' * 10240, 'no archive')
        whole = build([file('a', b'1' * 700), file('b', b'2' * 700)])
        for cut in (511, 512, 600, 1535, 1537, 2048, 2047):
            if cut % 512 == 0 or cut < 512 or 512 < cut < 1536 or cut > 2048:
                case(whole[:cut], f'cut at {cut}')
        case(whole[:1536] + b'\0' * 512 + whole[1536:], 'an empty block between')
        v7 = bytearray(build([file('old/', b'')], tarfile.USTAR_FORMAT))
        v7[156], v7[257:265] = 0, b'\0' * 8
        v7[148:156] = b' ' * 8
        v7[148:156] = b'%06o\0 ' % sum(v7[:512])
        case(bytes(v7), 'oldest folder')
        case(build([file('slash/', b'text')], tarfile.USTAR_FORMAT), 'file with a slash')
        base256 = bytearray(build([file('a', b'12345')], tarfile.GNU_FORMAT))
        base256[124:136] = b'\x80' + (5).to_bytes(11, 'big')
        base256[148:156] = b' ' * 8
        base256[148:156] = b'%06o\0 ' % sum(base256[:512])
        case(bytes(base256), 'base 256')

        # Few names, so that members meet one another.
        names = ['a', 'b', 'a/b', 'a/c', 'b/a', 'a/b/c', './a', '../a', 'a/../b']
        for seed in range(250):
            dice = random.Random(seed)
            members, told = [], []
            for _ in range(dice.randint(2, 6)):
                kind, name = dice.choice('fffddsshh'), dice.choice(names)
                link = dice.choice(names + ['..', '.', '/a', 'nowhere'])
                told.append(f"{kind} {name} {link if kind in 'sh' else ''}")
                members.append({'f': lambda: file(name, dice.randbytes(3), mode=dice.choice((0o644, 0o755))), 'd': lambda: folder(name),
                    's': lambda: sym(name, link), 'h': lambda: hard(name, link, dice.choice((0o644, 0o755)))}[kind]())
            case(build(members, dice.choice(FORMATS)), '; '.join(told))
        """;
}
