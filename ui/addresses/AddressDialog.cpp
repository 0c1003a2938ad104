#include "ui/addresses/AddressDialog.h"

#include "core/crypto/keys/Address.h"
#include "core/delegation/WalletAddress.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"
#include "ui/widgets/identity/Identicon.h"

#include <QDialogButtonBox>
#include <QVBoxLayout>

namespace countersign {

namespace {

constexpr int checkDelayMs = 150;
constexpr int formIdenticonSize = 32;
constexpr int mostShownLookAlikes = 3;

/// As "wallets tag" of the command line: a wallet is the same on every chain of its kind.
AddressEntry entryOfWallet(const Wallet& wallet)
{
    return {.chain = wallet.chain == solanaChain ? "solana" : "eip155",
            .address = wallet.address,
            .name = "Wallet " + wallet.walletId,
            .tags = {},
            .lists = {},
            .changedAt = 0};
}

}  // namespace

AddressDialog::AddressDialog(Purpose purpose, const AddressEntry& entry, ProfileReader& reader,
                             AddressControl& control, QWidget* parent)
    : QDialog(parent), m_purpose(purpose), m_reader(reader), m_control(control)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(purpose == Purpose::Add ? tr("Add an address") : tr("Edit the entry of an address"));
    setMinimumWidth(560);
    build();
    m_checkSoon.setSingleShot(true);
    m_checkSoon.setInterval(checkDelayMs);
    connect(&m_checkSoon, &QTimer::timeout, this, &AddressDialog::askForNeighbours);
    connect(m_form, &AddressForm::edited, this, &AddressDialog::onEdited);
    connect(m_compared, &QCheckBox::toggled, this, &AddressDialog::updateSave);
    connect(&m_control, &AddressControl::readyChanged, this, &AddressDialog::updateSave);
    if (!entry.chain.empty()) {
        m_form->setEntry(entry);
    }
    if (purpose == Purpose::Change) {
        m_form->fixKey();
    } else {
        m_form->addressField()->setFocus();
    }
    onEdited();
}

void AddressDialog::openFor(const Wallet& wallet, ProfileReader& reader, AddressControl& control,
                            QWidget* parent)
{
    const AddressEntry made = entryOfWallet(wallet);
    reader.query(
        parent,
        [key = AddressKey{made.chain, made.address}](Database& database) {
            return AddressCatalog(database).entries(std::span(&key, 1));
        },
        [made, &reader, &control, parent](const Result<std::vector<std::optional<AddressEntry>>>& found) {
            const bool isThere = found && found->front();
            auto* dialog = new AddressDialog(isThere ? Purpose::Change : Purpose::Add,
                                             isThere ? *found->front() : made, reader, control, parent);
            dialog->setWindowTitle(tr("Name and tags of a wallet"));
            dialog->fixAddress();
            dialog->show();
        });
}

void AddressDialog::build()
{
    m_form = new AddressForm(this);
    m_identicon = new QLabel(this);
    m_identicon->setFixedSize(formIdenticonSize, formIdenticonSize);
    m_address = new AddressView(this);
    auto* shown = new QHBoxLayout;
    shown->setSpacing(12);
    shown->addWidget(m_identicon, 0, Qt::AlignTop);
    shown->addWidget(m_address, 1);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    auto* words =
        mutedLabel(m_purpose == Purpose::Add
                       ? tr("Policies and reviews ask for tags and lists. Get an address from its owner, not "
                            "from a list "
                            "of past transactions. What is added is recorded.")
                       : tr("Policies and reviews ask for tags and lists. What is changed is recorded."),
                   this);
    words->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_save =
        buttons->addButton(m_purpose == Purpose::Add ? tr("Add") : tr("Save"), QDialogButtonBox::ActionRole);
    m_save->setProperty("role", QStringLiteral("primary"));
    m_save->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(words);
    layout->addWidget(m_form);
    layout->addLayout(shown);
    layout->addWidget(buildWarning());
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &AddressDialog::save);
}

QFrame* AddressDialog::buildWarning()
{
    m_warning = adviceFrame(this);
    m_likeness = plainLabel({}, m_warning, Theme::font(1.0, QFont::DemiBold));
    m_likeness->setWordWrap(true);
    m_others = new QVBoxLayout;
    m_others->setSpacing(6);
    m_compared = new QCheckBox(tr("I compared every character, and mine is right"), m_warning);
    auto* layout = new QVBoxLayout(m_warning);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(m_likeness);
    layout->addLayout(m_others);
    layout->addWidget(m_compared);
    m_warning->hide();
    return m_warning;
}

void AddressDialog::fixAddress()
{
    m_isOwn = true;
    m_form->fixKey();
    onEdited();
}

void AddressDialog::setProblem(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    grow();
}

QString AddressDialog::addressProblem(const AddressEntry& typed)
{
    if (chainKind(typed.chain) == "solana") {
        const auto address = parseSolanaAddress(typed.address);
        return address ? QString() : address.error().sentence;
    }
    const auto address = parseEvmAddress(typed.address);
    return address ? QString() : address.error().sentence;
}

void AddressDialog::onEdited()
{
    const AddressEntry typed = m_form->entry();
    const auto checked = checkedEntry(typed);
    m_isValid = checked.has_value();
    // The address is looked at before it has a name, so that a wrong one is seen where it was pasted.
    AddressEntry named = typed;
    named.name = "-";
    const auto address = checkedEntry(named);
    m_checked = checked.value_or(address.value_or(AddressEntry()));
    QString problem;
    if (!typed.address.empty() && !address) {
        const QString ofAddress = addressProblem(typed);
        problem = ofAddress.isEmpty() ? address.error().sentence : ofAddress;
    } else if (!m_isValid && !m_form->isIncomplete()) {
        problem = checked.error().sentence;
    }
    if (const AddressKey key{m_checked.chain, m_checked.address}; key != m_key) {
        m_key = key;
        m_compared->setChecked(false);
        m_warning->hide();
        m_isThere = false;
        m_checking = false;
        m_checkSoon.stop();
        if (!key.address.empty() && m_purpose == Purpose::Add) {
            m_checkSoon.start();
        }
    }
    setProblem(m_isThere ? thereSentence() : problem);
    showAddress();
    updateSave();
}

void AddressDialog::showAddress()
{
    const bool isShown = !m_checked.address.empty();
    m_identicon->setVisible(isShown);
    m_address->setVisible(isShown);
    m_address->setAddress(QString::fromStdString(m_checked.address));
    if (isShown) {
        const auto bytes =
            readAddress(chainKind(m_checked.chain) == "solana" ? solanaChain : evmChain, m_checked.address);
        m_identicon->setPixmap(
            identicon(bytes ? bytes->bytes : Bytes(), formIdenticonSize, devicePixelRatioF()));
    }
    grow();
}

void AddressDialog::grow()
{
    layout()->activate();
    const int wanted =
        layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : sizeHint().height();
    if (height() < wanted) {
        resize(width(), wanted);
    }
}

void AddressDialog::askForNeighbours()
{
    m_checking = true;
    m_reader.supersede(m_question);
    m_question = m_reader.query(
        this,
        [key = m_key](Database& database) -> Result<Neighbours> {
            const AddressCatalog catalog(database);
            ASSIGN_OR_RETURN(auto same, catalog.entries(std::span(&key, 1)));
            ASSIGN_OR_RETURN(auto alike, catalog.lookAlikes(key.chain, key.address, mostShownLookAlikes));
            return Neighbours{std::move(same.front()), std::move(alike)};
        },
        [this, asked = m_key](const Result<Neighbours>& found) {
            if (asked != m_key) {
                return;  // of an address that was typed before
            }
            m_checking = false;
            if (found) {
                showNeighbours(*found);
            } else {
                setProblem(found.error().sentence);
            }
            updateSave();
        });
    updateSave();
}

QString AddressDialog::thereSentence() const
{
    return tr("The address book has this address already, as %1. Edit that entry instead.").arg(m_nameThere);
}

void AddressDialog::showNeighbours(const Neighbours& found)
{
    m_isThere = found.same.has_value();
    if (m_isThere) {
        m_nameThere = visibleText(found.same->name);
        setProblem(thereSentence());
    }
    const bool isLike = !found.lookAlikes.empty() && !m_isThere && !m_isOwn;
    m_warning->setVisible(isLike);
    if (isLike) {
        showLookAlikes(found.lookAlikes);
    }
    grow();
}

void AddressDialog::showLookAlikes(const std::vector<AddressEntry>& lookAlikes)
{
    while (QLayoutItem* item = m_others->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_likeness->setText(
        tr("Begins and ends like another address of the book. Somebody may have made it so. "
           "Compare every character:"));
    for (const AddressEntry& other : lookAlikes) {
        m_others->addWidget(plainLabel(visibleText(other.name), m_warning));
        auto* address = new AddressView(m_warning);
        address->setAddress(visibleText(other.address));
        m_others->addWidget(address);
    }
}

void AddressDialog::updateSave()
{
    const bool isKnown = m_purpose == Purpose::Change || (!m_checkSoon.isActive() && !m_checking);
    const bool isCompared = m_warning->isHidden() || m_compared->isChecked();
    m_save->setEnabled(m_isValid && isKnown && isCompared && !m_isThere && !m_saving && m_control.isReady());
    m_save->setToolTip(m_control.isReady() ? QString() : tr("Unlock the profile first."));
}

void AddressDialog::save()
{
    if (!m_save->isEnabled()) {
        return;
    }
    m_saving = true;
    updateSave();
    const auto done = [this](const Status& status) {
        m_saving = false;
        if (status) {
            accept();
            return;
        }
        setProblem(status.error().sentence);
        updateSave();
    };
    if (m_purpose == Purpose::Change) {
        m_control.change(this, m_checked, done);
    } else {
        const bool isAccepted = m_isOwn || m_compared->isChecked();
        m_control.add(this, m_checked,
                      isAccepted ? AddressControl::OnLookAlike::Accept : AddressControl::OnLookAlike::Refuse,
                      done);
    }
}

}  // namespace countersign
