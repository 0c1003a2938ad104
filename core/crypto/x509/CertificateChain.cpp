#include "core/crypto/x509/CertificateChain.h"

#include "core/crypto/keys/PemText.h"
#include "core/crypto/primitives/EcdsaP384.h"
#include "core/crypto/primitives/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <climits>
#include <optional>

namespace countersign {

namespace {

constexpr std::size_t maxCertificates = 16;
/// OpenSSL's level for 192 bits: P-384 with SHA-384 or better.
constexpr int securityLevel = 4;

using Certificate = std::unique_ptr<X509, openssl::Deleter<X509_free>>;
using Store = std::unique_ptr<X509_STORE, openssl::Deleter<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, openssl::Deleter<X509_STORE_CTX_free>>;

// sk_X509_free is a macro; what the stack holds is owned elsewhere.
struct StackDeleter
{
    void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using Stack = std::unique_ptr<STACK_OF(X509), StackDeleter>;

tl::unexpected<ChainError> chainRefused(ChainFault fault, QString detail)
{
    return tl::unexpected<ChainError>(ChainError{fault, std::move(detail)});
}

/// Exactly one certificate, or null.
Certificate certificateFromDer(BytesView der)
{
    if (der.empty() || der.size() > LONG_MAX) {
        return {};
    }
    const std::uint8_t* at = der.data();
    Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (certificate && at != der.data() + der.size()) {
        certificate.reset();
    }
    return certificate;
}

/// The key's point, or empty when it is not an uncompressed one on P-384.
Bytes pointOf(X509* certificate)
{
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    std::array<char, 32> group{};
    Bytes point(p384::publicKeyBytes);
    std::size_t size = 0;
    if (key == nullptr || EVP_PKEY_is_a(key, "EC") != 1 ||
        EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1 ||
        std::string_view(group.data()) != "secp384r1" ||
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) !=
            1 ||
        size != point.size()) {
        return {};
    }
    return point;
}

/// Negative: not yet, positive: not any more, zero: valid. Whole seconds, both ends included.
tl::expected<int, ChainError> window(X509* certificate, UnixMillis now)
{
    const auto seconds = [](const ASN1_TIME* time) -> std::optional<std::int64_t> {
        // Counted from 1970 by OpenSSL's own calendar.
        const std::unique_ptr<ASN1_TIME, openssl::Deleter<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
        int days = 0;
        int rest = 0;
        if (!epoch || ASN1_TIME_diff(&days, &rest, epoch.get(), time) != 1) {
            return std::nullopt;
        }
        return std::int64_t{days} * 86'400 + rest;
    };
    const auto from = seconds(X509_get0_notBefore(certificate));
    const auto until = seconds(X509_get0_notAfter(certificate));
    if (!from || !until) {
        return chainRefused(ChainFault::Malformed, QStringLiteral("a certificate's time cannot be read"));
    }
    const std::int64_t at = now >= 0 ? now / 1000 : -1;
    return at < *from ? -1 : (at > *until ? 1 : 0);
}

/// Signatures, names, path lengths; times are judged elsewhere. Empty when all is well.
QString chainProblem(const std::vector<Certificate>& bundle, X509* leaf)
{
    const Store store(X509_STORE_new());
    const StoreContext context(X509_STORE_CTX_new());
    const Stack untrusted(sk_X509_new_null());
    if (!store || !context || !untrusted || X509_STORE_add_cert(store.get(), bundle.front().get()) != 1) {
        return QStringLiteral("OpenSSL cannot hold the chain");
    }
    for (std::size_t i = 1; i < bundle.size(); ++i) {
        sk_X509_push(untrusted.get(), bundle[i].get());
    }
    if (X509_STORE_CTX_init(context.get(), store.get(), leaf, untrusted.get()) != 1) {
        return QStringLiteral("OpenSSL cannot begin");
    }
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME);
    X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(maxCertificates));
    X509_VERIFY_PARAM_set_auth_level(parameters, securityLevel);
    if (X509_verify_cert(context.get()) != 1) {
        return QString::fromLatin1(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
    }
    // What was verified must be what was given: no certificate left out, none in another place.
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
    if (static_cast<std::size_t>(sk_X509_num(chain)) != bundle.size() + 1) {
        return QStringLiteral("the bundle holds certificates that are not of the chain");
    }
    for (std::size_t i = 0; i < bundle.size(); ++i) {
        if (X509_cmp(sk_X509_value(chain, static_cast<int>(bundle.size() - i)), bundle[i].get()) != 0) {
            return QStringLiteral("the bundle is not in order");
        }
    }
    return {};
}

}  // namespace

tl::expected<Bytes, ChainError> certificateFromPem(std::string_view pem)
{
    const openssl::ErrorQueueGuard guard;
    const auto text = normalisePem(asBytes(pem));
    if (!text) {
        return chainRefused(ChainFault::Malformed, QStringLiteral("no PEM"));
    }
    const openssl::Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
    const Certificate certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    const int size = certificate ? i2d_X509(certificate.get(), nullptr) : 0;
    if (size <= 0) {
        return chainRefused(ChainFault::Malformed, QStringLiteral("the PEM holds no certificate"));
    }
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* out = der.data();
    i2d_X509(certificate.get(), &out);
    return der;
}

tl::expected<Bytes, ChainError> verifyP384Chain(const std::vector<Bytes>& bundle, BytesView leaf,
                                                BytesView pinnedRoot, UnixMillis now)
{
    const openssl::ErrorQueueGuard guard;
    if (bundle.empty() || bundle.size() > maxCertificates) {
        return chainRefused(ChainFault::Malformed,
                            QStringLiteral("%1 certificates in the bundle").arg(bundle.size()));
    }
    if (!std::ranges::equal(bundle.front(), pinnedRoot)) {
        return chainRefused(ChainFault::ForeignRoot, QStringLiteral("the root is not the pinned one"));
    }
    std::vector<Certificate> authorities;
    for (const Bytes& der : bundle) {
        authorities.push_back(certificateFromDer(der));
        if (!authorities.back()) {
            return chainRefused(
                ChainFault::Malformed,
                QStringLiteral("certificate %1 of the bundle is not DER").arg(authorities.size()));
        }
        if (pointOf(authorities.back().get()).empty()) {
            return chainRefused(ChainFault::Broken, QStringLiteral("an authority's key is not on P-384"));
        }
        // 1: basic constraints say so; the other positive values are indulgence towards old certificates.
        if (X509_check_ca(authorities.back().get()) != 1) {
            return chainRefused(ChainFault::Broken,
                                QStringLiteral("a certificate of the bundle is no authority"));
        }
    }
    const Certificate end = certificateFromDer(leaf);
    if (!end) {
        return chainRefused(ChainFault::Malformed, QStringLiteral("the enclave's certificate is not DER"));
    }
    Bytes point = pointOf(end.get());
    if (point.empty() || X509_check_ca(end.get()) != 0) {
        return chainRefused(
            ChainFault::Broken,
            QStringLiteral("the enclave's certificate is an authority or its key not on P-384"));
    }
    if (const QString problem = chainProblem(authorities, end.get()); !problem.isEmpty()) {
        return chainRefused(ChainFault::Broken, problem);
    }
    authorities.push_back(Certificate(X509_dup(end.get())));
    for (const Certificate& certificate : authorities) {
        const auto valid = window(certificate.get(), now);
        if (!valid) {
            return tl::unexpected<ChainError>(valid.error());
        }
        if (*valid != 0) {
            return chainRefused(
                *valid < 0 ? ChainFault::NotYetValid : ChainFault::Expired,
                QStringLiteral("a certificate of the chain is %1 valid")
                    .arg(*valid < 0 ? QStringLiteral("not yet") : QStringLiteral("no longer")));
        }
    }
    return point;
}

}  // namespace countersign
