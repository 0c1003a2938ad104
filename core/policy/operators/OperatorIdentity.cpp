#include "core/policy/operators/OperatorIdentity.h"

#include "core/audit/trust/TrustedSecrets.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/base/text/PlainName.h"
#include "core/policy/operators/OperatorRegister.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct OperatorIdentityText
{
    Q_DECLARE_TR_FUNCTIONS(OperatorIdentityText)
};

/// What is sealed: the seed, and behind it the name.
SecretBytes sealedForm(const SecretBytes& seed, const std::string& name)
{
    SecretBytes form(seed.size() + name.size());
    std::ranges::copy(seed.view(), form.data());
    std::ranges::copy(asBytes(name), form.data() + seed.size());
    return form;
}

Result<SecretBytes> sealedIdentity(Database& database, const Vault& vault)
{
    auto form = TrustedSecrets(database, vault).get(operatorKeyKind, primarySecretName);
    if (!form && form.error().code == ErrorCode::NotFound) {
        return failure(ErrorCode::NotFound,
                       OperatorIdentityText::tr(
                           "This desk has no operator yet. Make one: countersign-cli operators new NAME."));
    }
    if (form && form->size() <= ed25519::seedBytes) {
        return failure(
            ErrorCode::Corrupt,
            OperatorIdentityText::tr("The key of this desk's operator cannot be read; this is a defect."));
    }
    return form;
}

Result<SecretBytes> seedOf(SecretBytes form)
{
    form.truncate(ed25519::seedBytes);
    return form;
}

tl::unexpected<Error> nameIsTaken(const std::string& name)
{
    return failure(ErrorCode::AlreadyExists,
                   OperatorIdentityText::tr(
                       "An operator or a group is registered under the name \"%1\" already. Choose another.")
                       .arg(QString::fromStdString(name)));
}

}  // namespace

Result<OwnOperator> OperatorIdentity::create(const std::string& name)
{
    const auto make = [&](AuditTransaction& record) -> Result<OwnOperator> {
        ASSIGN_OR_RETURN(const auto there, find());
        if (there) {
            return failure(ErrorCode::AlreadyExists,
                           OperatorIdentityText::tr("This desk has an operator already: \"%1\".")
                               .arg(QString::fromStdString(there->name)));
        }
        ASSIGN_OR_RETURN(const auto registered, OperatorRegister::rows(m_database));
        if (std::ranges::any_of(registered, [&](const Operator& one) { return usesName(one, name); })) {
            return nameIsTaken(name);
        }
        const SecretBytes seed = SecretBytes::random(ed25519::seedBytes);
        ASSIGN_OR_RETURN(const auto key, ed25519::publicKey(seed));
        RETURN_IF_ERROR(record.add("operator-key.generated", name, dumpJson({{"publicKey", toHex(key)}})));
        RETURN_IF_ERROR(TrustedSecrets(m_database, m_vault)
                            .put(operatorKeyKind, primarySecretName, sealedForm(seed, name), m_clock.now()));
        return OwnOperator{name, key};
    };
    if (!isPlainName(name)) {
        return failure(ErrorCode::InvalidInput,
                       OperatorIdentityText::tr(
                           "An operator's name has 1 to 64 visible characters, without spaces at its ends."));
    }
    return m_audit.commit(make, Sealing::BeforeUse);
}

Result<OwnOperator> OperatorIdentity::read() const
{
    ASSIGN_OR_RETURN(auto form, sealedIdentity(m_database, m_vault));
    std::string name(form.text().substr(ed25519::seedBytes));
    ASSIGN_OR_RETURN(const auto secret, seedOf(std::move(form)));
    ASSIGN_OR_RETURN(const auto key, ed25519::publicKey(secret));
    return OwnOperator{std::move(name), key};
}

Result<SecretBytes> OperatorIdentity::seed() const
{
    return sealedIdentity(m_database, m_vault).and_then(seedOf);
}

Result<std::optional<OwnOperator>> OperatorIdentity::find() const
{
    auto own = read();
    if (!own && own.error().code == ErrorCode::NotFound) {
        return std::optional<OwnOperator>();
    }
    return own ? Result<std::optional<OwnOperator>>(*std::move(own)) : failure(own.error());
}

}  // namespace countersign
