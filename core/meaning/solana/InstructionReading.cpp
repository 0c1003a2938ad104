#include "core/meaning/solana/InstructionReading.h"

#include <algorithm>

namespace countersign::meaning {

bool InstructionReading::hasRole(std::string_view role) const
{
    const auto& accounts = m_instruction.accounts;
    return std::ranges::find(accounts, role, &solana::InstructionAccount::role) != accounts.end();
}

std::optional<SolanaAddress> InstructionReading::addressField(std::string_view name) const
{
    const solana::FieldValue* value = m_instruction.field(name);
    const auto* address = value == nullptr ? nullptr : std::get_if<SolanaAddress>(value);
    return address == nullptr ? std::nullopt : std::optional(*address);
}

std::string InstructionReading::text(std::string_view name) const
{
    const solana::FieldValue* value = m_instruction.field(name);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string() : *text;
}

void InstructionReading::assist(std::string sentence)
{
    m_meaning.intent = std::move(sentence);
    m_isAccessory = true;
}

void InstructionReading::add(Effect effect)
{
    effect.text.insert(0, m_scene.condition());
    m_meaning.effects.push_back(std::move(effect));
}

void InstructionReading::moveSol(const std::optional<SolanaAddress>& from,
                                 const std::optional<SolanaAddress>& to, std::uint64_t lamports)
{
    const bool arrives = m_scene.isWallet(to) && !m_scene.isWallet(from);
    const std::optional<SolanaAddress>& other = arrives ? from : to;
    Effect effect{arrives ? Effect::Direction::In : Effect::Direction::Out,
                  m_scene.solAsset(),
                  lamports,
                  m_scene.sol(lamports),
                  std::nullopt,
                  m_scene.sol(lamports) + " from " + m_scene.named(from) + " to " + m_scene.named(to)};
    if (other) {
        effect.account = toText(*other);
    }
    add(std::move(effect));
}

void InstructionReading::moveUnknownSol(const std::optional<SolanaAddress>& from,
                                        const std::optional<SolanaAddress>& to, std::string text)
{
    const bool arrives = m_scene.isWallet(to) && !m_scene.isWallet(from);
    const std::optional<SolanaAddress>& other = arrives ? from : to;
    Effect effect;
    effect.direction = arrives ? Effect::Direction::In : Effect::Direction::Out;
    effect.asset = m_scene.solAsset();
    effect.text = std::move(text);
    if (other) {
        effect.account = toText(*other);
    }
    add(std::move(effect));
}

void InstructionReading::givePower(const std::optional<SolanaAddress>& account, std::string text)
{
    Effect effect;
    effect.direction = Effect::Direction::Power;
    effect.text = std::move(text);
    if (account) {
        effect.account = toText(*account);
    }
    add(std::move(effect));
}

void InstructionReading::cost(std::string text)
{
    Effect effect;
    effect.direction = Effect::Direction::Fee;
    effect.asset = m_scene.solAsset();
    effect.text = std::move(text);
    add(std::move(effect));
}

void InstructionReading::find(std::string id, Severity severity, std::string title, std::string detail,
                              std::initializer_list<std::optional<SolanaAddress>> addresses)
{
    m_meaning.findings.push_back(
        finding(std::move(id), severity, std::move(title), std::move(detail), addresses));
}

void InstructionReading::doNotUnderstand(std::string id, Severity severity, std::string title,
                                         std::string detail,
                                         std::initializer_list<std::optional<SolanaAddress>> addresses)
{
    m_meaning.doNotUnderstand(
        finding(std::move(id), severity, std::move(title), std::move(detail), addresses));
}

Finding finding(std::string id, Severity severity, std::string title, std::string detail,
                std::initializer_list<std::optional<SolanaAddress>> addresses)
{
    Finding found{std::move(id), severity, std::move(title), std::move(detail), {}};
    for (const std::optional<SolanaAddress>& address : addresses) {
        if (address) {
            found.addresses.push_back(toText(*address));
        }
    }
    return found;
}

}  // namespace countersign::meaning
