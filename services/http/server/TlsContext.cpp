#include "services/http/server/TlsContext.h"

#include <QCoreApplication>

#include <boost/asio/ssl/error.hpp>
#include <openssl/ssl.h>

namespace countersign::http {

namespace {

struct TlsContextText
{
    Q_DECLARE_TR_FUNCTIONS(TlsContextText)
};

tl::unexpected<Error> badTlsFile(const std::filesystem::path& file, const boost::system::error_code& error)
{
    return failure(ErrorCode::InvalidInput,
                   TlsContextText::tr("The TLS file %1 cannot be used: %2.")
                       .arg(QString::fromStdString(file.string()), QString::fromStdString(error.message())));
}

}  // namespace

Result<std::shared_ptr<boost::asio::ssl::context>> makeServerTlsContext(const TlsFiles& files)
{
    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
        return failure(ErrorCode::Internal, TlsContextText::tr("The TLS library refused its settings."));
    }
    boost::system::error_code error;
    // OpenSSL would ask for the passphrase of an encrypted key on the terminal, and a service would hang
    // there.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                   error);
    context->use_certificate_chain_file(files.certificateChain.string(), error);
    if (error) {
        return badTlsFile(files.certificateChain, error);
    }
    context->use_private_key_file(files.privateKey.string(), ssl::context::pem, error);
    if (error) {
        return badTlsFile(files.privateKey, error);
    }
    // A key of another kind than the certificate's is taken into a place of its own.
    if (SSL_CTX_check_private_key(native) != 1) {
        error.assign(static_cast<int>(ERR_get_error()), boost::asio::error::get_ssl_category());
        return badTlsFile(files.privateKey, error);
    }
    return context;
}

}  // namespace countersign::http
