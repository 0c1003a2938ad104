#include "core/policy/operators/Operator.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/base/text/PlainName.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct OperatorText
{
    Q_DECLARE_TR_FUNCTIONS(OperatorText)
};

tl::unexpected<Error> refusedOperator(const QString& sentence, const QString& detail = {})
{
    return failure(ErrorCode::InvalidInput, sentence, detail);
}

tl::unexpected<Error> noOperatorKey(const QString& detail)
{
    return refusedOperator(OperatorText::tr("This is not an Ed25519 public key: 64 hex digits are expected."),
                           detail);
}

bool isGroupName(std::string_view name)
{
    return !name.empty() && name.size() <= maxOperatorGroupCharacters &&
           std::ranges::all_of(
               name, [](char c) { return ascii::isAlphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace

Result<ed25519::PublicKey> parseOperatorKey(std::string_view hex)
{
    ed25519::PublicKey key{};
    const auto bytes = fromHex(hex);
    if (!bytes || bytes->size() != key.size() || !ed25519::isValidPublicKey(*bytes)) {
        return noOperatorKey(QStringLiteral("%1 characters").arg(hex.size()));
    }
    std::ranges::copy(*bytes, key.begin());
    return key;
}

Result<Operator> checkedOperator(Operator one)
{
    if (!isPlainName(one.name)) {
        return refusedOperator(OperatorText::tr(
            "An operator's name has 1 to 64 visible characters, without spaces at its ends."));
    }
    if (!ed25519::isValidPublicKey(one.publicKey)) {
        return noOperatorKey(QStringLiteral("no point of the curve's group"));
    }
    std::ranges::sort(one.groups);
    one.groups.erase(std::unique(one.groups.begin(), one.groups.end()), one.groups.end());
    if (!std::ranges::all_of(one.groups, isGroupName)) {
        return refusedOperator(
            OperatorText::tr("The name of a group has 1 to 32 letters of A–Z, digits and the signs . _ -."));
    }
    if (one.groups.size() > maxOperatorGroups) {
        return refusedOperator(OperatorText::tr("An operator is in at most 16 groups."));
    }
    if (std::ranges::any_of(one.groups,
                            [&one](const std::string& group) { return areSameNames(group, one.name); })) {
        return refusedOperator(OperatorText::tr(
            "A group cannot be called like an operator, because policies name both. Choose another name."));
    }
    return one;
}

bool isNamedBy(const Operator& one, const std::vector<std::string>& names)
{
    return names.empty() || std::ranges::any_of(names, [&one](const std::string& name) {
               return name == one.name || std::ranges::find(one.groups, name) != one.groups.end();
           });
}

bool areSameNames(const std::string& a, const std::string& b)
{
    return QString::fromStdString(a).compare(QString::fromStdString(b), Qt::CaseInsensitive) == 0;
}

}  // namespace countersign
