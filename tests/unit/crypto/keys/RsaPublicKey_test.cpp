#include "core/crypto/keys/RsaPublicKey.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/PemLayouts.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QTest>

#include <openssl/param_build.h>

#include <algorithm>
#include <array>

using namespace countersign;

namespace {

/// A public key of any numbers; most are no product of two primes, which a public key does not show.
openssl::Pkey made(int bits, std::uint64_t exponent)
{
    const openssl::BigNumber n(BN_new());
    BN_set_bit(n.get(), bits - 1);
    BN_set_bit(n.get(), 0);
    const openssl::BigNumber e(BN_new());
    BN_set_word(e.get(), exponent);
    const std::unique_ptr<OSSL_PARAM_BLD, openssl::Deleter<OSSL_PARAM_BLD_free>> builder(
        OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    const std::unique_ptr<OSSL_PARAM, openssl::Deleter<OSSL_PARAM_free>> parameters(
        OSSL_PARAM_BLD_to_param(builder.get()));
    const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context.get());
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
    return openssl::Pkey(key);
}

bool accepts(EVP_PKEY* key)
{
    return RsaPublicKey::fromPem(asBytes(pem::spki(key))).has_value();
}

}  // namespace

class RsaPublicKeyTest : public QObject
{
    Q_OBJECT

    std::optional<RsaPrivateKey> m_key;

private Q_SLOTS:
    void initTestCase() { m_key = *RsaPrivateKey::generate(2048); }

    void importsBothForms()
    {
        const RsaPublicKey key = m_key->publicKey();
        const std::string spki = key.spkiPem();
        QCOMPARE(spki, pem::spki(m_key->handle()));
        const std::string pkcs1 = pem::pkcs1Public(m_key->handle());
        QVERIFY(pkcs1.starts_with("-----BEGIN RSA PUBLIC KEY-----"));
        for (const std::string& form : {spki, pkcs1, " \"" + spki + "\" "}) {
            const auto read = RsaPublicKey::fromPem(asBytes(form));
            QVERIFY(read.has_value());
            QCOMPARE(read->spkiDer(), key.spkiDer());
            QCOMPARE(read->bits(), 2048);
            QCOMPARE(read->modulusBytes(), std::size_t(256));
        }
    }

    void importsAnyLayout()
    {
        const std::uint32_t seed = std::random_device{}();
        pem::Layouts layouts(seed);
        const RsaPublicKey key = m_key->publicKey();
        for (int i = 0; i < 200; ++i) {
            const std::string text =
                layouts.another(i % 2 == 0 ? key.spkiPem() : pem::pkcs1Public(m_key->handle()));
            const auto read = RsaPublicKey::fromPem(asBytes(text));
            QVERIFY2(read && read->spkiDer() == key.spkiDer(), qPrintable(QString::number(seed)));
        }
    }

    void namesWhatIsOnlyUnusual()
    {
        const auto sentence = [](BytesView file) {
            const auto key = RsaPublicKey::fromPem(file);
            return key ? QString() : key.error().sentence;
        };
        const Bytes der = m_key->publicKey().spkiDer();
        QVERIFY(sentence(der).contains(u"openssl pkey -pubin -inform DER"));
        QVERIFY(sentence(asBytes(toBase64(asBytes(m_key->publicKey().spkiPem()))))
                    .contains(u"openssl base64 -d -A"));
        QVERIFY(sentence(asBytes(toBase64(der))).contains(u"openssl pkey -pubin -inform DER"));
        QVERIFY(sentence(asBytes("ssh-rsa AAAAB3NzaC1yc2E= me\n")).contains(u"ssh-keygen"));
        QVERIFY(sentence(asBytes(pem::pkcs8(m_key->handle()))).contains(u"openssl pkey -in FILE -pubout"));
        QVERIFY(sentence(asBytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                    .contains(u"openssl x509"));
        Bytes oaep = der;
        const std::array<std::uint8_t, 3> identifier = {0x01, 0x01, 0x01};
        *(std::search(oaep.begin(), oaep.end(), identifier.begin(), identifier.end()) + 2) = 7;
        QVERIFY(
            sentence(asBytes(pem::block("PUBLIC KEY", oaep.data(), oaep.size()))).contains(u"-strparse 19"));
        const openssl::Pkey pss = pem::rsaPssKey();
        QVERIFY(sentence(asBytes(pem::spki(pss.get()))).contains(u"PSS"));
    }

    void namesItself()
    {
        const RsaPublicKey key = m_key->publicKey();
        QCOMPARE(key.fingerprint(), "SHA256:" + toHex(sha256(key.spkiDer())));
        QCOMPARE(key.fingerprint().size(), std::size_t(71));
    }

    void readsDerStrictly()
    {
        Bytes der = m_key->publicKey().spkiDer();
        QVERIFY(RsaPublicKey::fromSpkiDer(der).has_value());
        for (std::size_t size = 0; size < der.size(); size += 7) {
            QVERIFY(!RsaPublicKey::fromSpkiDer(BytesView(der).first(size)));
        }
        der.push_back(0);
        QVERIFY(!RsaPublicKey::fromSpkiDer(der));
        QVERIFY(!RsaPublicKey::fromSpkiDer(Bytes(100'000)));
    }

    void boundsModulusAndExponent()
    {
        QVERIFY(accepts(made(2048, 65537).get()));
        QVERIFY(accepts(made(2048, 3).get()));
        QVERIFY(accepts(made(8192, 65537).get()));
        QVERIFY(!accepts(made(2047, 65537).get()));
        QVERIFY(!accepts(made(1024, 65537).get()));
        QVERIFY(!accepts(made(8193, 65537).get()));
        QVERIFY(!accepts(made(16384, 65537).get()));
        QVERIFY(!accepts(made(2048, 1).get()));
        QVERIFY(!accepts(made(2048, 2).get()));
        QVERIFY(!accepts(made(2048, 65536).get()));
    }

    void refusesOtherKeys()
    {
        const openssl::Pkey ec(EVP_EC_gen("P-256"));
        const openssl::Pkey pss = pem::rsaPssKey();
        QVERIFY(!accepts(ec.get()));
        QVERIFY(!accepts(pss.get()));
        const std::string good = m_key->publicKey().spkiPem();
        for (const std::string& bad :
             {std::string(), std::string("x"), good + good, good.substr(0, 200), pem::pkcs8(m_key->handle()),
              pem::traditional(m_key->handle()), std::string(70'000, 'A')}) {
            const auto key = RsaPublicKey::fromPem(asBytes(bad));
            QVERIFY(!key);
            QCOMPARE(key.error().code, ErrorCode::InvalidInput);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(RsaPublicKeyTest)
#include "RsaPublicKey_test.moc"
