#include "services/sandbox/api/EncryptionKeyText.h"

#include "core/base/encoding/Base64.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <openssl/evp.h>
#include <openssl/pem.h>

using namespace countersign;
using namespace countersign::sandbox;

class EncryptionKeyTextTest : public QObject
{
    Q_OBJECT

private:
    static std::string ownPem(EVP_PKEY* key)
    {
        BIO* text = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(text, key);
        char* data = nullptr;
        const long size = BIO_get_mem_data(text, &data);
        std::string pem(data, static_cast<std::size_t>(size));
        BIO_free(text);
        EVP_PKEY_free(key);
        return pem;
    }

private Q_SLOTS:
    void takesEveryDescribedForm()
    {
        const Result<RsaPrivateKey> key = RsaPrivateKey::generate(2048);
        QVERIFY(key.has_value());
        const RsaPublicKey expected = key->publicKey();
        const std::string pem = expected.spkiPem();
        for (const std::string& text :
             {pem, toBase64(asBytes(pem)), toBase64(expected.spkiDer()), toBase64Url(expected.spkiDer())}) {
            const Result<RsaPublicKey> read = parseEncryptionKeyText(text);
            QVERIFY2(read.has_value(), text.c_str());
            QCOMPARE(read->fingerprint(), expected.fingerprint());
        }
    }

    /// As files have it.
    void takesBrokenLinesAndNamesOtherForms()
    {
        const Result<RsaPrivateKey> key = RsaPrivateKey::generate(2048);
        const std::string pem = key->publicKey().spkiPem();
        std::string base64 = toBase64(asBytes(pem));
        for (std::size_t at = 76; at < base64.size(); at += 77) {
            base64.insert(at, 1, '\n');
        }
        std::string line = pem;
        std::replace(line.begin(), line.end(), '\n', ' ');
        for (const std::string& text : {base64 + '\n', line, '"' + line + '"'}) {
            const Result<RsaPublicKey> read = parseEncryptionKeyText(text);
            QVERIFY2(read && read->fingerprint() == key->publicKey().fingerprint(), text.c_str());
        }
        const Bytes der = key->publicKey().spkiDer();
        QVERIFY(parseEncryptionKeyText(asText(der))
                    .error()
                    .sentence.contains(u"openssl pkey -pubin -inform DER"));
    }

    void refusesOtherKeysAndGarbage()
    {
        const std::string ellipticCurve = ownPem(EVP_EC_gen("P-256"));
        const std::string small = ownPem(EVP_RSA_gen(1024));
        for (const std::string& text :
             {std::string(), std::string("x"), std::string("AAAA"), std::string("-----BEGIN PUBLIC KEY-----"),
              ellipticCurve, small, toBase64(asBytes(small)), std::string(4097, 'A')}) {
            const Result<RsaPublicKey> read = parseEncryptionKeyText(text);
            QVERIFY2(!read.has_value(), text.c_str());
            QCOMPARE(read.error().code, ErrorCode::InvalidInput);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(EncryptionKeyTextTest)
#include "EncryptionKeyText_test.moc"
