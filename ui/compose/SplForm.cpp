#include "ui/compose/SplForm.h"

#include "ui/text/AmountText.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/identity/CopyButton.h"

#include <QHBoxLayout>
#include <QStyle>
#include <QVBoxLayout>

namespace countersign {

namespace {

constexpr std::chrono::milliseconds typingPause{400};

void addAddress(FactGrid& grid, const QString& name, const SolanaAddress& address)
{
    const QString text = QString::fromStdString(toText(address));
    auto* row = new QWidget(&grid);
    auto* groups = new AddressView(row);
    groups->setAddress(text);
    groups->setAccessibleName(text);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(groups, 1);
    layout->addWidget(new CopyButton(text, SplForm::tr("Copy %1").arg(name), row), 0, Qt::AlignTop);
    grid.addWidget(name, row);
}

QString programName(SplProgram program)
{
    return program == SplProgram::Token ? SplForm::tr("original SPL Token program")
                                        : SplForm::tr("Token-2022 program");
}

}  // namespace

SplForm::SplForm(JobControl& control, QWidget* parent)
    : ComposeForm(JobKind::SolanaTransaction, parent), m_control(control)
{
    QLineEdit* token = addLine(DraftField::Token, tr("Token (mint)"), tr("the mint's address in base58"));
    QLineEdit* to =
        addLine(DraftField::To, tr("To"), tr("the recipient's wallet in base58, not a token account"));
    addLine(DraftField::Amount, tr("Amount"), tr("12.5, in whole tokens"));
    m_create = new QCheckBox(this);
    m_createLabel = addRow(DraftField::Creation, tr("New account"), m_create);
    m_status = plainLabel({}, this);
    m_status->setWordWrap(true);
    m_again = new QPushButton(tr("Ask again"), this);
    m_again->setAutoDefault(false);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("The node is being asked"));
    m_grid = new FactGrid(this);

    auto* line = new QWidget(this);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_status, 1);
    layout->addWidget(m_again, 0, Qt::AlignTop);
    addWide(line);
    addWide(m_progress);
    addWide(m_grid);

    m_pause.setSingleShot(true);
    m_pause.setInterval(typingPause);
    connect(&m_pause, &QTimer::timeout, this, &SplForm::lookUp);
    connect(m_again, &QPushButton::clicked, this, [this] {
        forget();
        lookUp();
    });
    connect(m_create, &QCheckBox::toggled, this, &ComposeForm::edited);
    for (const QLineEdit* address : {token, to}) {
        connect(address, &QLineEdit::textChanged, this, &SplForm::forget);
    }
    connect(&m_control, &JobControl::readyChanged, this, &SplForm::forget);
    forget();
}

void SplForm::setWallet(const std::string& address)
{
    if (address != m_wallet) {
        m_wallet = address;
        forget();
    }
}

void SplForm::forget()
{
    ++m_round;
    m_asking = false;
    m_facts.reset();
    m_grid->clear();
    m_progress->hide();
    m_again->hide();
    m_create->setChecked(false);
    m_create->hide();
    m_createLabel->hide();
    say(tr("Decimals, token program and accounts come from the Solana node that is set as rpc.solana, as "
           "soon as "
           "token and recipient are entered."),
        "muted");
    showError({});
    m_pause.start();
    Q_EMIT obstacleChanged();
}

void SplForm::lookUp()
{
    m_pause.stop();
    if (m_wallet.empty() || line(DraftField::Token).trimmed().isEmpty() ||
        line(DraftField::To).trimmed().isEmpty() || !m_control.isReady()) {
        return;
    }
    const auto question = splQuestion(m_wallet, line(DraftField::Token), line(DraftField::To));
    if (!question) {
        if (!showError(question.error())) {
            say(question.error().sentence, "bad");
        }
        return;
    }
    m_asking = true;
    m_progress->show();
    say(tr("Asking the node about this token and its accounts …"), "muted");
    m_control.lookUpToken(this, *question, [this, round = m_round](const Result<SplFacts>& facts) {
        if (round == m_round) {
            take(facts);
        }
    });
    Q_EMIT obstacleChanged();
}

void SplForm::take(const Result<SplFacts>& facts)
{
    m_asking = false;
    m_progress->hide();
    m_again->show();
    if (facts) {
        m_facts = *facts;
        showFacts();
    } else {
        say(facts.error().sentence, "bad");
    }
    Q_EMIT obstacleChanged();
}

void SplForm::say(const QString& words, const char* role)
{
    m_status->setText(words);
    m_status->setProperty("role", QString::fromLatin1(role));
    style()->unpolish(m_status);
    style()->polish(m_status);
}

void SplForm::showFacts()
{
    const SplMint& mint = m_facts->mint;
    say(tr("This is what the node says now:"), "muted");
    m_grid->add(tr("Token"), tr("%1 decimals · %2 · the wallet holds %3")
                                 .arg(QString::number(mint.decimals), programName(mint.program),
                                      amountText(m_facts->balance, mint.decimals)));
    addAddress(*m_grid, tr("From account"), m_facts->source);
    addAddress(*m_grid, tr("To account"), m_facts->destination);
    m_grid->add(
        tr("It exists"),
        m_facts->mustCreate
            ? tr("No. It must be created before anything can arrive; this wallet pays the rent and does "
                 "not get it back.")
            : tr("Yes. It belongs to the recipient and can receive this token."));
    if (mint.hasPermanentDelegate) {
        QLabel* warning = valueLabel(
            tr("This token's issuer can take it out of every account (permanent delegate)."), m_grid);
        warning->setProperty("role", QStringLiteral("warning"));
        m_grid->addWidget(tr("Beware"), warning);
    }
    m_create->setText(tr("Create the recipient's account first, for %1 SOL of rent")
                          .arg(amountText(m_facts->rent, lamportDecimals)));
    m_create->setVisible(m_facts->mustCreate);
    m_createLabel->setVisible(m_facts->mustCreate);
}

QString SplForm::obstacle() const
{
    if (m_facts) {
        return {};
    }
    return m_asking ? tr("Waiting for what the node says about the token.")
                    : tr("Token and recipient have to be looked up first.");
}

DraftPayload SplForm::draft(const std::string& walletAddress) const
{
    const auto question = splQuestion(walletAddress, line(DraftField::Token), line(DraftField::To));
    if (!question) {
        return tl::unexpected<DraftError>(question.error());
    }
    if (!m_facts || m_facts->question != *question) {
        return tl::unexpected<DraftError>(
            DraftError{DraftField::Token, tr("The node has not said yet what this token is.")});
    }
    return splTransferDraft(*m_facts, line(DraftField::Amount), m_create->isChecked());
}

}  // namespace countersign
