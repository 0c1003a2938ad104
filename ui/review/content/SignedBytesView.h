#pragma once

#include "ui/review/content/SignedBytes.h"

#include <QPlainTextEdit>
#include <QTreeWidget>
#include <QWidget>

class QLabel;

namespace countersign {

/// The bytes that are signed, as offset, hex and ASCII, beside the fields that they are made of: a field that
/// is chosen has its bytes marked, and the byte at the cursor has its field chosen.
class SignedBytesView : public QWidget
{
    Q_OBJECT

public:
    explicit SignedBytesView(QWidget* parent = nullptr);
    void show(const SignedBytes& shown);

    QTreeWidget* tree() const { return m_tree; }
    QPlainTextEdit* hex() const { return m_hex; }
    /// Offsets and lengths of the bytes that are marked.
    QList<QPair<qsizetype, qsizetype>> marked() const { return m_marked; }
    /// Puts the cursor of the hex view to a byte.
    void moveTo(std::size_t offset);

    /// What is longer is shown so far; a transaction that long is far from what any network takes.
    static constexpr std::size_t shownBytes = 64 * 1024;

private:
    void fillTree();
    QTreeWidgetItem* itemAt(const std::string& path);
    void markItem(const QTreeWidgetItem* item);
    void chooseAtCursor();
    void showMarks();

    SignedBytes m_shown;
    QTreeWidget* m_tree;
    QPlainTextEdit* m_hex;
    QLabel* m_note;
    QHash<QString, QTreeWidgetItem*> m_items;  ///< by path
    QList<QPair<qsizetype, qsizetype>> m_marked;
    bool m_following = false;  ///< one of the two follows the other
};

/// 16 bytes a line: offset in hex, bytes in hex, printable ASCII.
QString hexLines(BytesView bytes);

}  // namespace countersign
