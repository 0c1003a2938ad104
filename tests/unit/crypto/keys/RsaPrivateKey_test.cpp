#include "core/crypto/keys/RsaPrivateKey.h"

#include "core/base/encoding/Base64.h"
#include "core/crypto/keys/Pkcs8Cost.h"
#include "core/crypto/primitives/RsaOaep.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/PemLayouts.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QFile>
#include <QTest>

#include <openssl/crypto.h>
#include <openssl/objects.h>

#include <cstring>
#include <thread>

using namespace countersign;

namespace {

constexpr std::string_view keyPassphrase = "pass phrase \xc3\xa9";

SecretBytes secret(std::string_view text)
{
    return SecretBytes::copyOf(text);
}

std::string replacedAll(std::string text, std::string_view from, std::string_view to)
{
    for (std::size_t i = text.find(from); i != std::string::npos; i = text.find(from, i + to.size())) {
        text.replace(i, from.size(), to);
    }
    return text;
}

}  // namespace

class RsaPrivateKeyTest : public QObject
{
    Q_OBJECT

    std::optional<RsaPrivateKey> m_key;

    EVP_PKEY* handle() const { return m_key->handle(); }

    bool isTheKey(const Result<RsaPrivateKey>& key) const
    {
        return key && key->pkcs8Der().equals(m_key->pkcs8Der().view());
    }

    bool imports(const std::string& pem, const SecretBytes& with = {}) const
    {
        return isTheKey(RsaPrivateKey::fromPem(asBytes(pem), with));
    }

    static ErrorCode codeOf(const std::string& pem, const SecretBytes& with = {})
    {
        const auto key = RsaPrivateKey::fromPem(asBytes(pem), with);
        return key ? ErrorCode::Internal : key.error().code;
    }

private Q_SLOTS:
    void initTestCase() { m_key = *RsaPrivateKey::generate(2048); }

    void generates()
    {
        for (const int bits : {2048, 3072, 4096}) {
            const auto key = RsaPrivateKey::generate(bits);
            QVERIFY(key.has_value());
            QCOMPARE(key->bits(), bits);
            QCOMPARE(key->modulusBytes(), std::size_t(bits / 8));
        }
        for (const int bits : {-1, 0, 512, 1024, 2047, 2049, 8192, 1 << 30}) {
            QCOMPARE(RsaPrivateKey::generate(bits).error().code, ErrorCode::InvalidInput);
        }
        QVERIFY(RsaPrivateKey::generate(2048)->publicKey().fingerprint() != m_key->publicKey().fingerprint());
    }

    void survivesTheVault()
    {
        const SecretBytes der = m_key->pkcs8Der();
        const auto key = RsaPrivateKey::fromPkcs8Der(der);
        QVERIFY(isTheKey(key));
        const auto wrapped = rsaOaepEncrypt(m_key->publicKey(), asBytes("x"));
        QVERIFY(rsaOaepDecrypt(*key, *wrapped).has_value());
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{26}, der.size() - 1}) {
            QVERIFY(!RsaPrivateKey::fromPkcs8Der(SecretBytes::copyOf(der.view().first(size))));
        }
        SecretBytes longer(der.size() + 1);
        std::ranges::copy(der.view(), longer.data());
        QVERIFY(!RsaPrivateKey::fromPkcs8Der(longer));
        QVERIFY(!RsaPrivateKey::fromPkcs8Der(SecretBytes(100'000)));
    }

    /// Encodings of a key pass through buffers that OpenSSL frees as they are. What it frees is looked at
    /// from outside: reading it here would be undefined.
    void leavesNothingInFreedMemory()
    {
#ifndef __GLIBC__
        QSKIP("only glibc tells how long a block is");
#endif
        QFile memory(QStringLiteral("/proc/self/mem"));
        if (!memory.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
            QSKIP("this process's memory cannot be read here");
        }
        constexpr int size = 2048;
        QByteArray seen(size, '\0');
        const auto look = [&](quintptr address) {
            return memory.seek(static_cast<qint64>(address)) && memory.read(seen.data(), size) == size;
        };
        void* block = OPENSSL_malloc(size);
        std::memset(block, 0x5a, size);
        block = OPENSSL_realloc(block, size + 1);
        const auto address = reinterpret_cast<quintptr>(block);
        QVERIFY(look(address));
        QCOMPARE(seen.count('\x5a'), size);  // else the look proves nothing
        OPENSSL_free(block);
        QVERIFY(look(address));
        QVERIFY(seen.count('\x5a') == 0);
    }

    void importsPlainForms()
    {
        const std::string pkcs1 = pem::traditional(handle());
        QVERIFY(pkcs1.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
        const std::string pkcs8 = pem::pkcs8(handle());
        QVERIFY(pkcs8.starts_with("-----BEGIN PRIVATE KEY-----"));
        for (const std::string& form : {pkcs1, pkcs8}) {
            QVERIFY(!RsaPrivateKey::needsPassphrase(asBytes(form)));
            QVERIFY(imports(form));
            QVERIFY(imports(form, secret("not needed")));
            QVERIFY(imports(replacedAll(form, "\n", "\\n")));
            QVERIFY(imports('"' + replacedAll(form, "\n", "\\n") + "\"\n"));
            QVERIFY(imports("'" + replacedAll(form, "\n", "\\r\\n") + "'"));
            QVERIFY(imports(replacedAll(form, "\n", "\r\n")));
            QVERIFY(imports("\n\n  " + form + "  \n"));
            QVERIFY(imports("Bag Attributes\n    friendlyName: key\n" + form));
            QVERIFY(imports(form.substr(0, form.size() - 1)));
            QVERIFY(imports(pem::spki(handle()) + form));
        }
    }

    void importsEncryptedForms()
    {
        X509_ALGOR* scrypt = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 16, nullptr, 16384, 8, 1);
        for (const std::string& form :
             {pem::traditional(handle(), keyPassphrase), pem::pkcs8(handle(), keyPassphrase),
              pem::pkcs8Old(handle(), keyPassphrase), pem::pkcs8With(handle(), keyPassphrase, scrypt)}) {
            QVERIFY(RsaPrivateKey::needsPassphrase(asBytes(form)));
            QVERIFY(imports(form, secret(keyPassphrase)));
            QVERIFY(imports(replacedAll(form, "\n", "\\n"), secret(keyPassphrase)));
            QCOMPARE(codeOf(form), ErrorCode::Locked);
            QCOMPARE(codeOf(form, secret("wrong")), ErrorCode::WrongPassphrase);
            QCOMPARE(codeOf(form, secret(std::string(5000, 'x'))), ErrorCode::WrongPassphrase);
            QCOMPARE(codeOf(form, SecretBytes::copyOf(std::string_view("pass\0phrase", 11))),
                     ErrorCode::WrongPassphrase);
        }
    }

    /// Whatever was done to its layout, an intact key opens, and with its passphrase.
    void importsAnyLayout()
    {
        const std::uint32_t seed = std::random_device{}();
        pem::Layouts layouts(seed);
        const std::string forms[] = {pem::traditional(handle()), pem::pkcs8(handle()),
                                     pem::traditional(handle(), keyPassphrase),
                                     pem::pkcs8(handle(), keyPassphrase)};
        for (int i = 0; i < 16; ++i) {
            const std::string text = layouts.another(forms[i % 4]);
            QVERIFY2(imports(text, secret(keyPassphrase)),
                     qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(QString::fromStdString(text))));
            QCOMPARE(RsaPrivateKey::needsPassphrase(asBytes(text)), i % 4 >= 2);
        }
        QVERIFY(imports(replacedAll(forms[1], "\n", "")));
        QVERIFY(imports(replacedAll(forms[1], "\n-----END", "\n\n\n-----END")));
    }

    /// Intact, and not what OpenSSL opens here: named, with the command that converts it.
    void namesWhatIsOnlyUnusual()
    {
        const SecretBytes der = m_key->pkcs8Der();
        const std::string pkcs8 = pem::pkcs8(handle());
        const std::string base64 = toBase64(asBytes(pkcs8));
        const auto sentence = [](const std::string& file, const SecretBytes& with = {}) {
            const auto key = RsaPrivateKey::fromPem(asBytes(file), with);
            return key || key.error().code != ErrorCode::InvalidInput ? QStringLiteral("not refused so")
                                                                      : key.error().sentence;
        };
        const auto says = [](const QString& text, std::initializer_list<const char*> parts) {
            const bool all = std::all_of(parts.begin(), parts.end(), [&](const char* part) {
                return text.contains(QString::fromUtf8(part));
            });
            if (!all) {
                qWarning("said: %s", qPrintable(text));
            }
            return all;
        };
        QVERIFY(says(sentence(std::string(der.text())), {"DER", "openssl pkey -inform DER"}));
        for (const std::string& text : {base64, base64 + "\n", "KEY=\"" + base64 + '"', "'" + base64 + "'"}) {
            QVERIFY(says(sentence(text), {"base64 of a PEM", "openssl base64 -d -A"}));
        }
        std::string wrapped = base64;
        for (std::size_t at = 76; at < wrapped.size(); at += 77) {
            wrapped.insert(at, 1, '\n');
        }
        QVERIFY(says(sentence(wrapped), {"base64 of a PEM", "openssl base64 -d -in"}));
        QVERIFY(says(sentence(toBase64(der.view())), {"base64 of DER", "openssl pkey -inform DER"}));
        std::string utf16 = "\xff\xfe";
        for (const char c : pkcs8) {
            utf16 += {c, '\0'};
        }
        QVERIFY(says(sentence(utf16), {"UTF-16", "iconv"}));
        QVERIFY(says(sentence(R"({"kty":"RSA","n":"x"})"), {"JSON Web Key"}));
        QVERIFY(says(sentence("PuTTY-User-Key-File-3: ssh-rsa\n"), {"PuTTY", "puttygen"}));
        const std::string openssh = pem::block("OPENSSH PRIVATE KEY", der.data(), der.size());
        QVERIFY(says(sentence(openssh), {"OpenSSH", "ssh-keygen"}));

        // Byte 6 is the version, byte 19 the last of the algorithm's identifier.
        SecretBytes oaep = der.clone();
        QCOMPARE(int(oaep.data()[19]), 1);
        oaep.data()[19] = 7;
        QVERIFY(says(sentence(pem::block("PRIVATE KEY", oaep.data(), oaep.size())),
                     {"OAEP", "openssl asn1parse", "-strparse 22", "openssl rsa"}));
        const openssl::Pkey pss = pem::rsaPssKey();
        QVERIFY(says(sentence(pem::pkcs8(pss.get())), {"PSS", "-strparse 20", "openssl rsa"}));
        QVERIFY(says(sentence(pem::pkcs8(pss.get(), keyPassphrase), secret(keyPassphrase)), {"PSS"}));
        // OneAsymmetricKey with its public key behind.
        SecretBytes second(der.size() + 4);
        std::copy(der.view().begin(), der.view().end(), second.data());
        QCOMPARE(int(second.data()[1]), 0x82);
        const std::size_t length = second.size() - 4;
        second.data()[2] = static_cast<std::uint8_t>(length >> 8);
        second.data()[3] = static_cast<std::uint8_t>(length);
        second.data()[6] = 1;
        const std::uint8_t publicKey[] = {0x81, 0x02, 0x00, 0x01};
        std::copy(std::begin(publicKey), std::end(publicKey), second.data() + der.size());
        QVERIFY(says(sentence(pem::block("PRIVATE KEY", second.data(), second.size())),
                     {"OneAsymmetricKey", "-strparse 22"}));
    }

    /// Every passphrase would seem wrong.
    void namesCiphersThatAreMissing()
    {
        const auto refusal = [](const std::string& file) {
            const auto key = RsaPrivateKey::fromPem(asBytes(file), secret(keyPassphrase));
            return key || key.error().code != ErrorCode::InvalidInput ? QString() : key.error().sentence;
        };
        if (hasCipher("DES-CBC") || hasCipher("RC2-40-CBC")) {
            QSKIP("this OpenSSL is configured with its legacy provider");
        }
        for (const int nid :
             {NID_pbeWithMD5AndDES_CBC, NID_pbe_WithSHA1And40BitRC2_CBC, NID_pbeWithSHA1AndRC2_CBC}) {
            const QString text = refusal(pem::pkcs8Naming(PKCS5_pbe_set(nid, 2048, nullptr, 0)));
            QVERIFY2(text.contains(QLatin1String(OBJ_nid2sn(nid))) &&
                         text.contains(u"openssl pkey -provider legacy"),
                     qPrintable(text));
        }
        for (const char* name : {"DES-CBC", "RC2-CBC", "IDEA-CBC", "NONSENSE-CBC"}) {
            const QString text =
                refusal(replacedAll(pem::traditional(handle(), keyPassphrase), "AES-128-CBC", name));
            QVERIFY2(text.contains(QLatin1String(name)) && text.contains(u"openssl pkey -provider legacy"),
                     qPrintable(text));
        }
        // Also without a passphrase: asking for one would be in vain.
        QCOMPARE(codeOf(pem::pkcs8Naming(PKCS5_pbe_set(NID_pbeWithMD5AndDES_CBC, 2048, nullptr, 0))),
                 ErrorCode::InvalidInput);
    }

    void refusesCostlyEncryption()
    {
        // One look decides; if the derivation ran, this test would take hours.
        const std::string slow =
            pem::pkcs8Naming(PKCS5_pbe2_set(EVP_aes_256_cbc(), 2'000'000'000, nullptr, 0));
        const std::string slowOld = pem::pkcs8Naming(
            PKCS5_pbe_set(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 2'000'000'000, nullptr, 0));
        const std::string slowScrypt =
            pem::pkcs8Naming(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 16, nullptr, 16384, 8, 1024));
        for (const std::string& form : {slow, slowOld, slowScrypt}) {
            QCOMPARE(codeOf(form, secret(keyPassphrase)), ErrorCode::InvalidInput);
        }
        // The same with an ordinary cost is only a wrong passphrase.
        QCOMPARE(codeOf(pem::pkcs8Naming(PKCS5_pbe2_set(EVP_aes_256_cbc(), 2048, nullptr, 0)),
                        secret(keyPassphrase)),
                 ErrorCode::WrongPassphrase);
    }

    void refusesWhatIsNoRsaKey()
    {
        const openssl::Pkey ec(EVP_EC_gen("P-256"));
        const openssl::Pkey ed(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
        const openssl::Pkey pss = pem::rsaPssKey();
        for (const std::string& form :
             {pem::pkcs8(ec.get()), pem::traditional(ec.get()), pem::pkcs8(ed.get()), pem::pkcs8(pss.get()),
              pem::pkcs8(ec.get(), keyPassphrase)}) {
            QCOMPARE(codeOf(form, secret(keyPassphrase)), ErrorCode::InvalidInput);
        }
    }

    void refusesOtherSizes()
    {
        const openssl::Pkey small(EVP_RSA_gen(1024));
        QCOMPARE(codeOf(pem::pkcs8(small.get())), ErrorCode::InvalidInput);
        QCOMPARE(codeOf(pem::traditional(small.get())), ErrorCode::InvalidInput);
    }

    void refusesNumbersThatDoNotBelongTogether()
    {
        // Byte 400 lies inside the private exponent, byte 650 inside the first prime.
        for (const std::size_t position : {400, 650}) {
            SecretBytes der = m_key->pkcs8Der();
            der.data()[position] ^= 0x10;
            QVERIFY(RsaPrivateKey::fromPkcs8Der(der)
                        .has_value());  // well formed, so that the check is what refuses
            QCOMPARE(codeOf(pem::block("PRIVATE KEY", der.data(), der.size())), ErrorCode::InvalidInput);
        }
    }

    void refusesOtherFiles()
    {
        const std::string good = pem::pkcs8(handle());
        QCOMPARE(codeOf(""), ErrorCode::InvalidInput);
        QCOMPARE(codeOf("hello"), ErrorCode::InvalidInput);
        QCOMPARE(codeOf(pem::spki(handle())), ErrorCode::InvalidInput);
        QCOMPARE(codeOf(good + good), ErrorCode::InvalidInput);
        QCOMPARE(codeOf(good + std::string(70'000, '\n') + "x"), ErrorCode::InvalidInput);
        QCOMPARE(codeOf(good.substr(0, good.size() / 2)), ErrorCode::InvalidInput);
        std::string zero = good;
        zero[100] = '\0';
        QCOMPARE(codeOf(zero), ErrorCode::InvalidInput);
        const SecretBytes der = m_key->pkcs8Der();
        QCOMPARE(codeOf(std::string(der.text())), ErrorCode::InvalidInput);
        for (const char* label :
             {"OPENSSH PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "CERTIFICATE"}) {
            QCOMPARE(codeOf(pem::block(label, der.data(), der.size())), ErrorCode::InvalidInput);
        }
        QVERIFY(!RsaPrivateKey::needsPassphrase(asBytes("hello")));
    }

    void servesManyThreads()
    {
        const Bytes wrapped = *rsaOaepEncrypt(m_key->publicKey(), asBytes("content key"));
        std::atomic<int> opened = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    for (int n = 0; n < 50; ++n) {
                        const auto message = rsaOaepDecrypt(*m_key, wrapped);
                        opened += message && message->text() == "content key" ? 1 : 0;
                    }
                });
            }
        }
        QCOMPARE(opened.load(), 200);
    }
};

COUNTERSIGN_APPLESS_TEST(RsaPrivateKeyTest)
#include "RsaPrivateKey_test.moc"
