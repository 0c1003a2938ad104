#include "services/sandbox/enclave/EnclaveRoot.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

using namespace countersign;
using namespace countersign::sandbox;

class EnclaveRootTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isASelfSignedAuthorityLikeTheNitroRoot()
    {
        const Result<EnclaveRoot> root = EnclaveRoot::generate(1'767'225'600'000);
        QVERIFY(root.has_value());
        BIO* text =
            BIO_new_mem_buf(root->certificatePem.data(), static_cast<int>(root->certificatePem.size()));
        X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
        QVERIFY(certificate != nullptr);
        QCOMPARE(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
        QCOMPARE(X509_check_ca(certificate), 1);
        QCOMPARE(X509_get_signature_nid(certificate), NID_ecdsa_with_SHA384);
        QCOMPARE(EVP_PKEY_get_bits(X509_get0_pubkey(certificate)), 384);
        QCOMPARE(X509_get_key_usage(certificate), std::uint32_t(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
        std::time_t now = 1'767'225'600;
        QVERIFY(X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0);
        QVERIFY(X509_cmp_time(X509_get0_notAfter(certificate), &now) > 0);

        BIO* keyText =
            BIO_new_mem_buf(root->privateKeyPem.data(), static_cast<int>(root->privateKeyPem.size()));
        EVP_PKEY* key = PEM_read_bio_PrivateKey(keyText, nullptr, nullptr, nullptr);
        QVERIFY(key != nullptr);
        QCOMPARE(X509_check_private_key(certificate, key), 1);
        EVP_PKEY_free(key);
        BIO_free(keyText);
        X509_free(certificate);
        BIO_free(text);
    }

    void everyRootIsAnother()
    {
        QVERIFY(EnclaveRoot::generate(0)->certificatePem != EnclaveRoot::generate(0)->certificatePem);
    }
};

COUNTERSIGN_GUILESS_TEST(EnclaveRootTest)
#include "EnclaveRoot_test.moc"
