#include "tests/support/RawHttp.h"
#include "tests/support/RelayProcess.h"
#include "tests/support/TestProgram.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <memory>

using namespace countersign::testing;

namespace {

namespace asio = boost::asio;

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;

/// A key and a certificate for 127.0.0.1 that it signed itself, as PEM files; the key's is encrypted with the
/// passphrase, if there is one.
void writeCertificate(const QString& certificateFile, const QString& keyFile, std::string passphrase = {})
{
    const KeyPointer key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const CertificatePointer certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("relay test"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::FILE* file = std::fopen(qPrintable(certificateFile), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    file = std::fopen(qPrintable(keyFile), "w");
    PEM_write_PrivateKey(file, key.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(), nullptr, 0,
                         nullptr, passphrase.data());
    std::fclose(file);
}

struct TlsAnswer
{
    std::string text;
    std::string protocol;
    boost::system::error_code error;
};

TlsAnswer ask(std::uint16_t port, asio::ssl::context& context, const std::string& request)
{
    TlsAnswer answer;
    asio::io_context io;
    asio::ssl::stream<asio::ip::tcp::socket> stream(io, context);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), port}, answer.error);
    if (!answer.error) {
        stream.handshake(asio::ssl::stream_base::client, answer.error);
    }
    if (answer.error) {
        return answer;
    }
    answer.protocol = SSL_get_version(stream.native_handle());
    asio::write(stream, asio::buffer(request), answer.error);
    std::array<char, 4096> chunk;
    boost::system::error_code end;
    while (!end) {
        answer.text.append(chunk.data(), stream.read_some(asio::buffer(chunk), end));
    }
    return answer;
}

}  // namespace

class RelayTlsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_certificate = m_folder.filePath(QStringLiteral("cert.pem"));
        m_key = m_folder.filePath(QStringLiteral("key.pem"));
        writeCertificate(m_certificate, m_key);
    }

    void servesOverTls()
    {
        RelayProcess relay(m_folder.filePath(QStringLiteral("relay.sqlite")));
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        QVERIFY(
            relay.start({QStringLiteral("--tls-cert"), m_certificate, QStringLiteral("--tls-key"), m_key}));
        QVERIFY(relay.url().startsWith(QStringLiteral("https://127.0.0.1:")));

        asio::ssl::context context(asio::ssl::context::tls_client);
        context.load_verify_file(m_certificate.toStdString());
        context.set_verify_mode(asio::ssl::verify_peer);
        const std::string close = "Connection: close\r\n";
        const TlsAnswer delivered = ask(relay.port(), context, RawHttp::post("/in/demo", "secret", close));
        QVERIFY2(delivered.text.starts_with("HTTP/1.1 200 "), delivered.text.c_str());
        QCOMPARE(delivered.protocol, std::string("TLSv1.3"));

        SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
        QCOMPARE(ask(relay.port(), context, RawHttp::post("/in/demo", "x", close)).protocol,
                 std::string("TLSv1.2"));

        asio::ssl::context old(asio::ssl::context::tls_client);
        SSL_CTX_set_security_level(old.native_handle(), 0);
        SSL_CTX_set_min_proto_version(old.native_handle(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
        QVERIFY(ask(relay.port(), old, RawHttp::get("/healthz")).error);

        // Plain HTTP on the TLS port gets nothing, and a client that never speaks is not waited for in a
        // stop.
        RawHttp plain(relay.port());
        QVERIFY(plain.send(RawHttp::get("/healthz")));
        const auto answer = plain.receiveUntilClosed();
        QVERIFY(answer.has_value());
        QVERIFY(answer->find("HTTP/1.1 200") == std::string::npos);
        QCOMPARE(relay.stop(), 0);
    }

    void refusesFilesItCannotUse()
    {
        // Nobody is there to type the passphrase of a key.
        const QString encryptedKey = m_folder.filePath(QStringLiteral("encrypted-key.pem"));
        writeCertificate(m_folder.filePath(QStringLiteral("encrypted.pem")), encryptedKey, "passphrase");
        const QString otherCertificate = m_folder.filePath(QStringLiteral("other.pem"));
        const QString otherKey = m_folder.filePath(QStringLiteral("other-key.pem"));
        writeCertificate(otherCertificate, otherKey);
        const QString database =
            QStringLiteral("sqlite:") + m_folder.filePath(QStringLiteral("never.sqlite"));
        for (const QString& key : {otherKey, encryptedKey, m_folder.filePath(QStringLiteral("absent.pem"))}) {
            const auto outcome = RelayProcess::runRelay(
                {QStringLiteral("serve"), QStringLiteral("--database"), database, QStringLiteral("--listen"),
                 QStringLiteral("127.0.0.1:0"), QStringLiteral("--tls-cert"), m_certificate,
                 QStringLiteral("--tls-key"), key});
            QCOMPARE(outcome.exitCode, 3);
            QVERIFY(outcome.output.isEmpty());
        }
    }

private:
    QTemporaryDir m_folder;
    QString m_certificate;
    QString m_key;
};

COUNTERSIGN_GUILESS_TEST(RelayTlsTest)
#include "RelayTls_test.moc"
