#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/RelayProcess.h"

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
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

namespace asio = boost::asio;

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;

/// A key and a certificate for 127.0.0.1 that it signed itself, as PEM files; the key's is encrypted with the
/// passphrase, if there is one.
void writeCertificate(const QString& certificateFile, const QString& keyFile, std::string passphrase = {},
                      long serial = 1)
{
    const KeyPointer key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const CertificatePointer certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
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

void writeRsaKey(const QString& keyFile)
{
    const KeyPointer key(EVP_RSA_gen(2048), &EVP_PKEY_free);
    std::FILE* file = std::fopen(qPrintable(keyFile), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
}

/// A connection that stays, to be spoken on step by step.
struct TlsClient
{
    explicit TlsClient(std::uint16_t port)
    {
        boost::system::error_code error;
        stream.next_layer().connect({asio::ip::address_v4::loopback(), port}, error);
    }

    bool handshake()
    {
        boost::system::error_code error;
        stream.handshake(asio::ssl::stream_base::client, error);
        return !error;
    }
    bool send(const std::string& text)
    {
        boost::system::error_code error;
        asio::write(stream, asio::buffer(text), error);
        return !error;
    }
    /// What comes first; empty when the other side has closed.
    std::string read()
    {
        std::array<char, 4096> chunk;
        boost::system::error_code error;
        const std::size_t size = stream.read_some(asio::buffer(chunk), error);
        return {chunk.data(), size};
    }
    /// Until the other side closes.
    std::string readAll()
    {
        std::string all;
        std::string some;
        while (!(some = read()).empty()) {
            all += some;
        }
        return all;
    }
    /// Nothing has come yet. For TLS 1.2: in 1.3 there is a ticket.
    bool isQuiet()
    {
        char next = 0;
        const auto size = ::recv(stream.next_layer().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
        return size < 0 && errno == EAGAIN;
    }
    /// Its serial number is what our certificates differ in.
    long certificate() const
    {
        const CertificatePointer served(SSL_get1_peer_certificate(handle()), &X509_free);
        return served ? ASN1_INTEGER_get(X509_get0_serialNumber(served.get())) : -1;
    }
    SSL* handle() const { return const_cast<TlsClient*>(this)->stream.native_handle(); }

    asio::io_context io;
    asio::ssl::context context{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream{io, context};
};

/// That of the next connection; -1 when there is none.
long servedCertificate(std::uint16_t port)
{
    TlsClient client(port);
    return client.handshake() ? client.certificate() : -1;
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

    void takesARenewedCertificate()
    {
        const QString certificate = m_folder.filePath(QStringLiteral("renewed.pem"));
        const QString key = m_folder.filePath(QStringLiteral("renewed-key.pem"));
        writeCertificate(certificate, key, {}, 11);
        RelayProcess relay(m_folder.filePath(QStringLiteral("renewed.sqlite")));
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        QVERIFY(relay.start({QStringLiteral("--tls-cert"), certificate, QStringLiteral("--tls-key"), key}));
        QByteArray said;
        const auto hangUp = [&](const char* answer) {
            said.clear();
            ::kill(static_cast<pid_t>(relay.processId()), SIGHUP);
            return waitUntil([&] { return (said += relay.errors()).contains(answer); }, patienceMs);
        };
        QCOMPARE(servedCertificate(relay.port()), 11L);
        TlsClient old(relay.port());
        QVERIFY(old.handshake());

        writeCertificate(certificate, key, {}, 12);
        QCOMPARE(servedCertificate(relay.port()), 11L);
        QVERIFY2(hangUp("the certificate was read again"), said.constData());
        QCOMPARE(servedCertificate(relay.port()), 12L);
        // Who was connected stays so.
        QVERIFY(old.send(RawHttp::get("/healthz")));
        QVERIFY(old.read().starts_with("HTTP/1.1 200 "));
        QCOMPARE(old.certificate(), 11L);

        // A key that does not belong to it, half a file, none: the last good one stays.
        writeCertificate(m_folder.filePath(QStringLiteral("foreign.pem")), key, {}, 13);
        QVERIFY2(hangUp("the old certificate stays in use"), said.constData());
        QVERIFY2(said.contains("renewed-key.pem"), said.constData());
        QCOMPARE(servedCertificate(relay.port()), 12L);
        // Nor a key of another kind, which OpenSSL takes without a word.
        writeRsaKey(key);
        QVERIFY2(hangUp("the old certificate stays in use"), said.constData());
        QCOMPARE(servedCertificate(relay.port()), 12L);
        QFile file(certificate);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("-----BEGIN CERTIFICATE-----\nMII");
        file.close();
        QVERIFY2(hangUp("the old certificate stays in use"), said.constData());
        QVERIFY(file.remove());
        QVERIFY2(hangUp("the old certificate stays in use"), said.constData());
        QCOMPARE(servedCertificate(relay.port()), 12L);

        writeCertificate(certificate, key, {}, 14);
        QVERIFY2(hangUp("the certificate was read again"), said.constData());
        QCOMPARE(servedCertificate(relay.port()), 14L);
        QCOMPARE(relay.stop(), 0);
    }

    void aHangupWithoutTlsChangesNothing()
    {
        RelayProcess relay(m_folder.filePath(QStringLiteral("plain.sqlite")));
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        QVERIFY(relay.start());
        QByteArray said;
        for (int i = 0; i < 3; ++i) {
            said.clear();
            ::kill(static_cast<pid_t>(relay.processId()), SIGHUP);
            QVERIFY(
                waitUntil([&] { return (said += relay.errors()).contains("no certificate"); }, patienceMs));
        }
        QCOMPARE(RawHttp::exchange(relay.port(), RawHttp::get("/healthz")).value().status, 200);
        QCOMPARE(relay.stop(), 0);
    }

    /// The client that left began later: when one poll is over while the earlier one still waits, it was
    /// noticed.
    void aClientThatLeavesEndsItsPoll_data()
    {
        QTest::addColumn<bool>("saysGoodbye");
        QTest::newRow("with a goodbye, the connection open") << true;
        QTest::newRow("without") << false;
    }

    void aClientThatLeavesEndsItsPoll()
    {
        QFETCH(bool, saysGoodbye);
        RelayProcess relay(m_folder.filePath(QStringLiteral("polls.sqlite")));
        relay.createInbox(QStringLiteral("demo"));
        const std::string token = relay.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        QVERIFY(
            relay.start({QStringLiteral("--tls-cert"), m_certificate, QStringLiteral("--tls-key"), m_key}));
        const auto pollsWaiting = [&relay](int count) {
            TlsClient client(relay.port());
            const std::string sample = "\ncountersign_relay_polls_waiting " + std::to_string(count) + "\n";
            return client.handshake() &&
                   client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") &&
                   client.readAll().find(sample) != std::string::npos;
        };
        const std::string poll = RawHttp::get("/v1/inboxes/demo/entries?wait=30", token);
        TlsClient staying(relay.port());
        SSL_set_max_proto_version(staying.handle(), TLS1_2_VERSION);
        QVERIFY(staying.handshake() && staying.send(poll));
        QTRY_VERIFY_WITH_TIMEOUT(pollsWaiting(1), patienceMs);
        const auto leaving = std::make_unique<TlsClient>(relay.port());
        QVERIFY(leaving->handshake() && leaving->send(poll));
        QTRY_VERIFY_WITH_TIMEOUT(pollsWaiting(2), patienceMs);
        if (saysGoodbye) {
            leaving->stream.async_shutdown([](const boost::system::error_code&) {});
            leaving->io.poll();
        } else {
            leaving->stream.next_layer().close();
        }
        QTRY_VERIFY_WITH_TIMEOUT(pollsWaiting(1), patienceMs);
        QVERIFY(staying.isQuiet());
        QCOMPARE(relay.stop(), 0);
    }

    /// Either alone stays within the limit, both together do not.
    void handshakeAndHeadHaveOneBudgetOfTime()
    {
        RelayProcess relay(m_folder.filePath(QStringLiteral("slow.sqlite")));
        relay.createInbox(QStringLiteral("demo"));
        QVERIFY(relay.start({QStringLiteral("--tls-cert"), m_certificate, QStringLiteral("--tls-key"), m_key,
                             QStringLiteral("--header-timeout"), QStringLiteral("2000")}));
        TlsClient slow(relay.port());
        std::this_thread::sleep_for(std::chrono::milliseconds(1300));
        if (!slow.handshake()) {
            QSKIP("This machine is too busy to be slow on purpose.");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1300));
        slow.send(RawHttp::get("/healthz"));
        QVERIFY(slow.read().find("HTTP/1.1 200 ") == std::string::npos);
        TlsClient quick(relay.port());
        QVERIFY(quick.handshake() && quick.send(RawHttp::get("/healthz")));
        QVERIFY(quick.read().starts_with("HTTP/1.1 200 "));
    }

private:
    QTemporaryDir m_folder;
    QString m_certificate;
    QString m_key;
};

COUNTERSIGN_GUILESS_TEST(RelayTlsTest)
#include "RelayTls_test.moc"
