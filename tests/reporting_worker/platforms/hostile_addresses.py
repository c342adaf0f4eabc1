"""Addresses that no platform may have, by the trick that each tries; and some that look odd and are right."""

HOSTILE = {
    "schemes": [
        "http://archive.org", "ftp://archive.org", "file:///etc/passwd", "gopher://archive.org", "javascript:alert(1)",
        "data:text/html,x", "dict://archive.org:11211/", "ldap://archive.org", "ws://archive.org", "//archive.org",
        "https:archive.org", "https:/archive.org", "https:///archive.org", "archive.org", "httpss://archive.org",
        "view-source:https://archive.org", "https+unix://archive.org", "",
    ],
    "user names and passwords": [
        "https://user@archive.org", "https://user:password@archive.org", "https://@archive.org", "https://:@archive.org",
        "https://archive.org@127.0.0.1", "https://archive.org%40127.0.0.1", "https://a@b@archive.org",
        "https://archive.org:443@10.0.0.1",
    ],
    "this machine": [
        "https://127.0.0.1:8443x", "http://127.1", "https://127.0.0.2", "https://127.255.255.254", "https://0.0.0.0",
        "https://0", "https://[::]", "https://[0:0:0:0:0:0:0:1]", "https://localhost.", "https://localhost.localdomain",
        "https://foo.localhost", "https://ip6-localhost", "https://LOCALHOST.", "https://loopback",
    ],
    "inner networks": [
        "https://10.0.0.1", "https://10.255.255.255", "https://172.16.0.1", "https://172.31.255.254",
        "https://192.168.1.1", "https://100.64.0.1", "https://100.127.255.254", "https://169.254.1.1",
        "https://198.18.0.1", "https://192.0.0.8", "https://192.0.2.1", "https://198.51.100.7", "https://203.0.113.9",
        "https://224.0.0.1", "https://239.255.255.250", "https://240.0.0.1", "https://255.255.255.255",
        "https://192.88.99.1",
    ],
    "metadata services": [
        "https://169.254.169.254", "https://169.254.170.2", "https://100.100.100.200", "https://[fd00:ec2::254]",
        "https://metadata.google.internal", "https://metadata", "https://instance-data", "https://192.0.0.192",
    ],
    "IPv6 in every dress": [
        "https://[::1]x", "https://[fe80::1]", "https://[fe80::1%25eth0]", "https://[fc00::1]", "https://[fd12:3456::1]",
        "https://[fec0::3]", "https://[ff02::1]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]",
        "https://[::ffff:10.0.0.1]", "https://[::127.0.0.1]", "https://[64:ff9b::a00:1]", "https://[64:ff9b:1::1]",
        "https://[2002:7f00:1::]", "https://[2002:a00:1::1]", "https://[2001::1]", "https://[2001:db8::1]",
        "https://[100::1]", "https://[5f00::1]", "https://[3fff::1]", "https://::1", "https://[2606:4700:4700::1111",
    ],
    "numbers that are addresses": [
        "https://2130706433", "https://0x7f000001", "https://0x7f.0.0.1", "https://0177.0.0.1", "https://017700000001",
        "https://127.1", "https://10.1", "https://192.168.257", "https://0x0a000001", "https://167772161",
        "https://127.0.0.1.", "https://1.2.3.4.5", "https://256.1.1.1", "https://8.8.8", "https://08.8.8.8",
        "https://4294967297", "https://127.0.0.0x1", "https://archive.0x7f",
    ],
    "signs of other scripts": [
        "https://１２７.0.0.1", "https://①②⑦.0.0.1", "https://аrchive.org", "https://archive。org", "https://archive．org",
        "https://éducation.gouv.ml", "https://ⓛocalhost", "https://archive.org\u200b", "https://arch\u00adive.org",
        "https://\u202egro.evihcra", "https://xn--\u00e9.org", "https://xn--a-\u0131.org",
    ],
    "dots and hyphens": [
        "https://archive.org.", "https://.archive.org", "https://archive..org", "https://-archive.org",
        "https://archive-.org", "https://arch_ive.org", "https://archive", f"https://{'a' * 64}.org",
        f"https://{'a.' * 130}org",
    ],
    "inner names": [
        "https://wordpress.local", "https://db.internal", "https://intranet.corp", "https://nas.lan", "https://pc.home",
        "https://router.home.arpa", "https://kubernetes.default.svc", "https://api.svc.cluster.local",
        "https://site.test", "https://site.invalid", "https://site.example", "https://hidden.onion",
        "https://host.docker.internal", "https://vault.service.consul",
    ],
    "ports": [
        "https://archive.org:80", "https://archive.org:22", "https://archive.org:8443", "https://archive.org:0",
        "https://archive.org:", "https://archive.org:0443", "https://archive.org:65536", "https://archive.org:-1",
        "https://archive.org:443:443", "https://archive.org:４４３", "http://archive.org:443", "https://archive.org:4 43",
    ],
    "queries and fragments": [
        "https://archive.org?x=1", "https://archive.org/?rest_route=/", "https://archive.org#x", "https://archive.org/#",
        "https://archive.org/?", "https://archive.org/wp?x=@127.0.0.1", "https://archive.org#@127.0.0.1",
        "https://127.0.0.1?.archive.org",
    ],
    "backslashes, blanks and control signs": [
        "https:\\\\archive.org", "https://archive.org\\@127.0.0.1", "https://127.0.0.1\\.archive.org", "https://arch ive.org",
        " https://archive.org", "https://archive.org ", "https://archive.org\t", "https://arch\tive.org",
        "https://archive.org\n", "https://archive.org\r\nHost: evil.org", "https://archive.org\x00", "https://archive.org/\x7f",
        "\x01https://archive.org", "https://archive.org\u2028", "https://archive.org\u00a0",
    ],
    "paths": [
        "https://archive.org/..", "https://archive.org/a/../../b", "https://archive.org/./a", "https://archive.org//evil.org",
        "https://archive.org/%2e%2e/", "https://archive.org/%00", "https://archive.org/a;b", "https://archive.org/a b",
        "https://archive.org/a|b", "https://archive.org/<script>", "https://archive.org/{x}", 'https://archive.org/a"b',
        "https://archive.org/'", "https://archive.org/`id`", "https://archive.org/$(id)", "https://archive.org/a@b",
    ],
    "length": [f"https://archive.org/{'a' * 300}", f"https://{'a.' * 4000}org"],
}  # fmt: skip

RIGHT = {
    "https://archive.org": "https://archive.org",
    "https://archive.org/": "https://archive.org",
    "HTTPS://Archive.ORG": "https://archive.org",
    "https://archive.org:443/wp/": "https://archive.org/wp",
    "https://www.plateforme-gt.gouv.ml/Archive_2022/~gt": "https://www.plateforme-gt.gouv.ml/Archive_2022/~gt",
    "https://xn--ducation-90a.gouv.ml": "https://xn--ducation-90a.gouv.ml",
    "https://93.184.216.34": "https://93.184.216.34",
    "https://[2606:4700:4700::1111]": "https://[2606:4700:4700::1111]",
    "https://123.org": "https://123.org",
    "https://3com.com": "https://3com.com",
}
"""What is typed, and how it is kept."""
