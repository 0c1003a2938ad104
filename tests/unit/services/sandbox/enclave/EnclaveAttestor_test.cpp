#include "services/sandbox/enclave/EnclaveAttestor.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"

#include <QCborArray>
#include <QCborMap>
#include <QTest>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

using namespace countersign;
using namespace countersign::sandbox;

namespace {

constexpr UnixMillis attestedAt = 1'767'225'600'000;

X509* certificateOf(const QByteArray& der)
{
    const auto* in = reinterpret_cast<const unsigned char*>(der.constData());
    return d2i_X509(nullptr, &in, der.size());
}

/// What a verifier reads, by Qt's CBOR and OpenSSL, independent of how it was written.
struct Document
{
    QCborArray cose;
    QCborMap payload;

    explicit Document(const Bytes& bytes)
    {
        const QByteArray raw(reinterpret_cast<const char*>(bytes.data()),
                             static_cast<qsizetype>(bytes.size()));
        cose = QCborValue::fromCbor(raw).toArray();
        payload = QCborValue::fromCbor(cose.at(2).toByteArray()).toMap();
    }
    QByteArray bytesOf(const char* member) const
    {
        return payload.value(QLatin1String(member)).toByteArray();
    }
    QByteArray pcr(int index) const
    {
        return payload.value(QLatin1String("pcrs")).toMap().value(index).toByteArray();
    }

    bool isSigned() const
    {
        X509* leaf = certificateOf(bytesOf("certificate"));
        const QByteArray raw = cose.at(3).toByteArray();
        const auto* bytes = reinterpret_cast<const unsigned char*>(raw.constData());
        ECDSA_SIG* pair = ECDSA_SIG_new();
        ECDSA_SIG_set0(pair, BN_bin2bn(bytes, 48, nullptr), BN_bin2bn(bytes + 48, 48, nullptr));
        unsigned char* der = nullptr;
        const int derSize = i2d_ECDSA_SIG(pair, &der);
        const QByteArray structure =
            QCborValue(QCborArray{QLatin1String("Signature1"), cose.at(0), QByteArray(), cose.at(2)})
                .toCbor();
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        EVP_DigestVerifyInit(context, nullptr, EVP_sha384(), nullptr, X509_get0_pubkey(leaf));
        const bool good = raw.size() == 96 &&
                          EVP_DigestVerify(context, der, static_cast<std::size_t>(derSize),
                                           reinterpret_cast<const unsigned char*>(structure.constData()),
                                           static_cast<std::size_t>(structure.size())) == 1;
        EVP_MD_CTX_free(context);
        OPENSSL_free(der);
        ECDSA_SIG_free(pair);
        X509_free(leaf);
        return good;
    }

    int verifyChain(const std::string& rootPem, UnixMillis time) const
    {
        BIO* text = BIO_new_mem_buf(rootPem.data(), static_cast<int>(rootPem.size()));
        X509* root = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
        X509_STORE* store = X509_STORE_new();
        X509_STORE_add_cert(store, root);
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), time / 1000);
        STACK_OF(X509)* between = sk_X509_new_null();
        for (const QCborValue& der : payload.value(QLatin1String("cabundle")).toArray()) {
            sk_X509_push(between, certificateOf(der.toByteArray()));
        }
        X509* leaf = certificateOf(bytesOf("certificate"));
        X509_STORE_CTX* context = X509_STORE_CTX_new();
        X509_STORE_CTX_init(context, store, leaf, between);
        X509_verify_cert(context);
        const int result = X509_STORE_CTX_get_error(context);
        X509_STORE_CTX_free(context);
        X509_free(leaf);
        sk_X509_pop_free(between, X509_free);
        X509_STORE_free(store);
        X509_free(root);
        BIO_free(text);
        return result;
    }
};

}  // namespace

class EnclaveAttestorTest : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock{attestedAt};
    EnclaveRoot m_root;
    Bytes m_pcr8 = Bytes(48, 0x42);
    Bytes m_nonce = Bytes(32, 0x11);
    Bytes m_ciphertext = Bytes(1088, 0x22);
    std::unique_ptr<EnclaveAttestor> m_attestor;

    Document make(std::optional<EnclaveFault> fault = std::nullopt)
    {
        return Document(*m_attestor->document(m_nonce, m_ciphertext, fault));
    }
    QByteArray boundText() const { return QByteArray::fromStdString(toHex(sha256(m_ciphertext))); }

private Q_SLOTS:
    void init()
    {
        m_clock.set(attestedAt);
        m_root = std::move(*EnclaveRoot::generate(attestedAt));
        m_attestor = std::make_unique<EnclaveAttestor>(
            EnclaveRoot{m_root.privateKeyPem.clone(), m_root.certificatePem}, m_pcr8, m_clock);
    }

    void hasTheShapeOfAws()
    {
        const Bytes bytes = *m_attestor->document(m_nonce, m_ciphertext, std::nullopt);
        QCOMPARE(toHex(BytesView(bytes).first(8)), std::string("8444a1013822a059"));
        const Document document(bytes);
        QStringList members;
        for (const auto& member : document.payload) {
            members << member.first.toString();
        }
        QCOMPARE(members.join(u' '), QStringLiteral("module_id digest timestamp pcrs certificate cabundle "
                                                    "public_key user_data nonce"));
        QCOMPARE(document.payload.value(QLatin1String("digest")).toString(), QStringLiteral("SHA384"));
        QCOMPARE(document.payload.value(QLatin1String("timestamp")).toInteger(), attestedAt);
        QVERIFY(document.payload.value(QLatin1String("public_key")).isNull());
        QCOMPARE(document.bytesOf("user_data"), boundText());
        QCOMPARE(document.bytesOf("nonce"), QByteArray::fromStdString(toBase64(m_nonce)));
        QCOMPARE(document.pcr(8), QByteArray(48, 0x42));
        for (int index = 0; index < 16; ++index) {
            QCOMPARE(document.pcr(index).size(), 48);
            QVERIFY(document.pcr(index) != QByteArray(48, 0));
        }
        QCOMPARE(document.payload.value(QLatin1String("cabundle")).toArray().size(), 4);
    }

    void verifiesUnderTheRootThatWasPrinted()
    {
        const Document document = make();
        QVERIFY(document.isSigned());
        QCOMPARE(document.verifyChain(m_root.certificatePem, attestedAt), X509_V_OK);
        QVERIFY(document.verifyChain(EnclaveRoot::generate(attestedAt)->certificatePem, attestedAt) !=
                X509_V_OK);
        QCOMPARE(document.verifyChain(m_root.certificatePem, attestedAt + 4LL * 60 * 60 * 1000),
                 X509_V_ERR_CERT_HAS_EXPIRED);
    }

    void theChainIsRenewedInTime()
    {
        const QByteArray first = make().bytesOf("certificate");
        m_clock.advance(std::chrono::minutes(30));
        QCOMPARE(make().bytesOf("certificate"), first);
        m_clock.advance(std::chrono::hours(100));
        const Document later = make();
        QVERIFY(later.bytesOf("certificate") != first);
        QCOMPARE(later.verifyChain(m_root.certificatePem, m_clock.now()), X509_V_OK);
    }

    void everyFaultSpoilsItsPartAlone()
    {
        const std::string& root = m_root.certificatePem;
        QVERIFY(make(EnclaveFault::WrongPcr).pcr(8) != make().pcr(8));
        QCOMPARE(make(EnclaveFault::ZeroPcrs).pcr(0), QByteArray(48, 0));
        QVERIFY(make(EnclaveFault::WrongNonce).bytesOf("nonce") != make().bytesOf("nonce"));
        QVERIFY(make(EnclaveFault::WrongUserData).bytesOf("user_data") != boundText());
        QCOMPARE(make(EnclaveFault::OldDocument).payload.value(QLatin1String("timestamp")).toInteger(),
                 attestedAt - 600'000);
        QVERIFY(!make(EnclaveFault::BadSignature).isSigned());
        QCOMPARE(make(EnclaveFault::ExpiredChain).verifyChain(root, attestedAt), X509_V_ERR_CERT_HAS_EXPIRED);
        QVERIFY(make(EnclaveFault::WrongRoot).verifyChain(root, attestedAt) != X509_V_OK);
        for (const EnclaveFault fault :
             {EnclaveFault::WrongPcr, EnclaveFault::ZeroPcrs, EnclaveFault::WrongNonce,
              EnclaveFault::WrongUserData, EnclaveFault::OldDocument, EnclaveFault::HighS}) {
            QVERIFY(make(fault).isSigned());
            QCOMPARE(make(fault).verifyChain(root, attestedAt), X509_V_OK);
        }
        QVERIFY(make(EnclaveFault::WrongRoot).isSigned());
    }

    void aRootThatIsNoneIsAnError()
    {
        EnclaveAttestor broken(EnclaveRoot{SecretBytes::copyOf("x"), "y"}, m_pcr8, m_clock);
        QVERIFY(!broken.document(m_nonce, m_ciphertext, std::nullopt).has_value());
    }
};

COUNTERSIGN_APPLESS_TEST(EnclaveAttestorTest)
#include "EnclaveAttestor_test.moc"
