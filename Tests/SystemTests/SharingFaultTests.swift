import Foundation
import TestSupport
import Testing

/// What goes wrong between machines: nothing is lost, nothing escapes the store, and status tells the truth.
@Suite(.timeLimit(.minutes(60)))
struct SharingFaultTests {
    /// A host that refuses: the change is refused here too, and nothing has moved anywhere.
    @Test func aHookThatRefusesChangesNothing() throws {
        let shared = try SharedStore(versions: 2)
        let anna = try shared.machine("a", cloned: false)
        try anna.succeed("deploy m@v1.0.0 --env production")
        let before =
            try shared.git("for-each-ref").output + anna.shell("git --git-dir .mlops/store.git for-each-ref").output
        try shared.hook("pre-receive", "echo 'frozen until Monday' >&2; exit 1")
        for line in [
            "deploy m@v1.1.0 --env production", "hold m@v1.1.0 --env production", "register mlops.yaml --model m",
        ] {
            let said = try anna.fail(line, with: 15)
            #expect(said.contains("frozen until Monday") && said.contains("refuses the change"), "\(said)")
        }
        let after =
            try shared.git("for-each-ref").output + anna.shell("git --git-dir .mlops/store.git for-each-ref").output
        #expect(after == before)
        try shared.hook("pre-receive", "exit 0")
        try anna.succeed("deploy m@v1.1.0 --env production")
        try shared.expectClean(anna)
    }

    /// History that was rewritten behind our back is named and not followed, and nothing is built upon it.
    @Test func aRewrittenRemoteIsNoticed() throws {
        let shared = try SharedStore(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        try anna.succeed("deploy m@v1.1.0 --env production")
        try bert.succeed("status -q")
        let branch = "refs/heads/environments/production/m"
        let old = try shared.git("rev-parse \(branch)").output
        let forged = try shared.git("commit-tree -m forged \(branch)~1^{tree}").output.dropLast()
        try shared.git("update-ref \(branch) \(forged)")
        for machine in [anna, bert] {
            #expect(try machine.serving() == "v1.1.0")
            #expect(
                try machine.succeed("status").contains("REWRITTEN there, and not followed: environments/production/m")
            )
        }
        let said = try bert.fail("rollback production", with: 12)
        #expect(said.contains("was rewritten") && said.contains("push --force"))
        #expect(try bert.mlops("remote check").status == 12)
        #expect(try shared.git("rev-parse \(branch)").output.dropLast() == forged)
        // Put back by who may, everything goes on.
        try shared.git("update-ref \(branch) \(old.dropLast())")
        try bert.succeed("rollback production --to v1.0.0")
        #expect(try anna.serving() == "v1.0.0")
        #expect(try bert.mlops("remote check").status == 0)
    }

    @Test func tagsThatTheHostHasLostComeBack() throws {
        let shared = try SharedStore(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try shared.git("tag -d m@v1.1.0")
        let said = try bert.fail("get m@v1.1.0 --to got", with: 12)
        #expect(said.contains("has no tag for m v1.1.0"))
        let check = try bert.mlops("remote check")
        #expect(check.status == 12 && check.output.contains("LOST  m@v1.1.0") && check.output.contains("who has it"))
        #expect(try anna.mlops("remote check").output.contains("give it back: mlops push"))
        try anna.succeed("push")
        try bert.succeed("get m@v1.1.0 --to got")
        try bert.succeed("remote check")
    }

    /// The other machine was killed between its tag and its ledger: whoever comes next takes the next number, and completes it.
    @Test func aRegistrationThatWasCutShortElsewhereIsCompleted() throws {
        let shared = try SharedStore()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.register("cut short", "--offline")
        try bert.shell("git --git-dir .mlops/store.git push -q origin refs/tags/m@v1.1.0")
        #expect(try anna.mlops("remote check").output.contains("UNFINISHED  m@v1.1.0"))
        #expect(try anna.register("next").contains("m@v1.2.0"))
        try anna.succeed("maintain")
        #expect(try anna.versions() == ["v1.2.0", "v1.1.0", "v1.0.0"])
        try anna.succeed("get m@v1.1.0 --to got")
        #expect(try anna.shell("cat got/model.txt").output == "cut short")
        try anna.succeed("remote check")
        // Its maker finds it done.
        try bert.succeed("push")
        #expect(try bert.versions() == ["v1.2.0", "v1.1.0", "v1.0.0"])
        try shared.expectClean(anna, bert)
    }

    /// A clone that has lost objects says so, and gets them again.
    @Test func aCloneThatLacksObjectsSaysSo() throws {
        let shared = try SharedStore(versions: 2)
        let bert = try shared.machine("b")
        try bert.succeed("pull m@v1.1.0")
        try bert.shell(
            "cd .mlops/store.git && for p in objects/pack/*.pack; do mv $p .; done; for p in *.pack; do git --git-dir . unpack-objects -q < $p; rm -f $p; done; rm -f objects/pack/*"
        )
        let blob = try bert.shell("git --git-dir .mlops/store.git rev-parse 'm@v1.1.0:archive/000000.tar.zst'").output
            .dropLast()
        try bert.shell("rm -f .mlops/store.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
        let said = try bert.mlops("verify m@v1.1.0")
        #expect(said.status == 12 && said.output.contains("damaged"), "\(said)")
        #expect(try bert.fail("get m@v1.1.0 --to other --offline", with: 12) != "")
        try bert.succeed("get m@v1.1.0 --to got")
        #expect(try bert.shell("cat got/model.txt").output == "1")
        try bert.succeed("verify m@v1.1.0")
        try shared.expectClean(bert)
    }

    /// Two processes of one machine follow the same remote: the slower one looks again, and takes nothing for rewritten.
    @Test func processesOfOneMachineDoNotDisturbEachOther() throws {
        let shared = try SharedStore()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        // A ref that is held by the other for a moment.
        try bert.register("one")
        let held = try anna.shell(
            """
            lock=.mlops/store.git/refs/remotes/origin/models/m.lock
            touch $lock; (sleep 0.7; rm $lock) & '\(Binary.path)' list m; code=$?; wait; exit $code
            """
        )
        #expect(held.status == 0 && held.errors == "" && held.output.contains("v1.1.0"), "\(held)")
        // While what is new travels, the other sees something newer still.
        try bert.register("two")
        try anna.scratch(
            "newer",
            """
            #!/bin/bash
            if mkdir '\(anna.path)/done' 2> /dev/null; then (
              unset GIT_DIR GIT_QUARANTINE_PATH; cd '\(shared.remote)'
              git -c user.name=c -c user.email=c@c commit-tree -p models/m -m newer 'models/m^{tree}' > '\(anna.path)/tip'
              git update-ref refs/heads/models/m $(< '\(anna.path)/tip')
              git --git-dir '\(anna.store)' fetch -q --no-tags '\(shared.remote)' models/m:refs/remotes/origin/models/m
            ) > /dev/null 2>&1; fi
            exec "$@"
            """
        )
        try anna.shell("chmod +x newer; git config --file home/.gitconfig uploadpack.packObjectsHook \"$PWD/newer\"")
        let seen = try anna.mlops("status")
        #expect(seen.status == 0 && !seen.output.contains("REWRITTEN"), "\(seen)")
        let followed = try anna.shell("test -d done && git --git-dir .mlops/store.git rev-parse models/m && cat tip")
            .output
        #expect(
            Set(followed.split(separator: "\n")).count == 1 && followed.split(separator: "\n").count == 2,
            "\(followed)"
        )
    }

    /// Somebody else takes the number while a large package travels: it travels once more at most, and not for each attempt.
    @Test func aLargePackageThatLosesRacesIsNotSentEachTime() throws {
        let shared = try SharedStore()
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try bert.shell("mkdir small && for i in 1 2 3; do echo $i > small/$i; done")
        // While the first three packages arrive, bert registers; what arrives is noted in kilobytes.
        try shared.hook(
            "pre-receive",
            """
            du -sk "$GIT_QUARANTINE_PATH" | cut -f1 >> '\(shared.scratch("kilobytes"))'
            n=$(ls '\(bert.path)/small' | head -1)
            grep -q 'models/m$' || exit 0
            [ -z "$n" ] || [ -e '\(bert.path)/busy' ] && exit 0
            touch '\(bert.path)/busy'
            cd '\(bert.path)' && mv small/$n model.txt
            env -i PATH="$PATH" HOME=home MLOPS_ACTOR=bert '\(Binary.path)' register model.txt --model m -q >&2
            rm -f busy
            """
        )
        // What comes stays the file that it came as, whatever is there already.
        try shared.git("config transfer.unpackLimit 1")
        try anna.shell("head -c 8000000 /dev/urandom > large.bin")
        let said = try anna.succeed("register large.bin --model m")
        #expect(said.contains("m@v1.4.0"), "\(said)")
        try bert.succeed("get m@v1.4.0 --to got")
        #expect(try bert.shell("cmp got/large.bin ../a/large.bin").status == 0)
        let sizes = try String(contentsOfFile: shared.scratch("kilobytes"), encoding: .utf8).split(separator: "\n")
            .compactMap { Int($0) }
        #expect(sizes.count { $0 > 4000 } == 2, "\(sizes)")
        // The name that it waited under is gone again.
        #expect(try shared.git("tag --list 'upload-*'").output == "")
        try shared.expectClean(anna, bert)
    }

    /// A package whose writer was killed while it waited is let go after a day.
    @Test func whatWasParkedAndLeftIsReleased() throws {
        let shared = try SharedStore()
        let anna = try shared.machine("a", cloned: false)
        let now = Int(Date().timeIntervalSince1970)
        for time in [now - 100_000, now - 100] { try shared.git("tag upload-\(time)-abc m@v1.0.0^{commit}") }
        try anna.succeed("maintain")
        #expect(try shared.git("tag --list 'upload-*'").output == "upload-\(now - 100)-abc\n")
    }

    /// A remote that is full in the middle of a push keeps what it had, and so do we.
    @Test(.enabled(if: geteuid() == 0, "only root may mount"))
    func aFullRemoteLosesNothing() throws {
        let shared = try SharedStore()
        let anna = try shared.machine("a", cloned: false)
        let mount = try Shell.run("mkdir disk && mount -t tmpfs -o size=6m tmpfs disk", in: shared.scratch.path)
        guard mount.status == 0 else {
            withKnownIssue("this machine does not allow mounts", isIntermittent: true) { Issue.record("\(mount)") }
            return
        }
        defer { _ = try? Shell.run("umount disk", in: shared.scratch.path) }
        _ = try Shell.run(
            "cp -a remote.git disk/ && rm -rf remote.git && ln -s disk/remote.git remote.git",
            in: shared.scratch.path
        )
        try anna.shell("head -c 20000000 /dev/urandom > large.bin")
        let full = try anna.mlops("register large.bin --model m")
        #expect(full.status == 1 && full.errors.contains("could not store what was sent"), "\(full)")
        #expect(try anna.versions() == ["v1.0.0"])
        #expect(try anna.register("small").contains("m@v1.1.0"))
        try shared.expectClean(anna)
    }

    @Test func aReadOnlyRemoteIsReadAndNotWritten() throws {
        let shared = try SharedStore(versions: 2)
        let bert = try shared.machine("b")
        // What a host says to a key that may only read.
        try shared.hook(
            "pre-receive",
            "echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; exit 1"
        )
        try bert.succeed("get m@v1.1.0 --to got")
        #expect(try bert.fail("hold m@v1.1.0 --env production", with: 15).contains("read only"))
        #expect(try bert.json("status")["environments"] != nil)
    }

    /// Two machines whose clocks are an hour apart deploy in turn: revisions, GTO's times and last good go on.
    @Test func clocksAnHourApartDoNotMatter() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        let late = "faketime -f -1h '\(Binary.path)'"
        try anna.succeed("deploy m@v1.0.0 --env production")
        #expect(try bert.shell("\(late) deploy m@v1.1.0 --env production").status == 0)
        try anna.succeed("deploy m@v1.2.0 --env production")
        #expect(try bert.shell("\(late) rollback production").status == 0)
        #expect(try anna.serving() == "v1.1.0")
        try bert.scratch("model.txt", "an hour late")
        #expect(try bert.shell("\(late) register model.txt --model m").output.contains("m@v1.3.0"))
        let times = try shared.git("for-each-ref --sort=refname --format='%(taggerdate:unix)' 'refs/tags/m#*'").output
        let seconds = times.split(separator: "\n").compactMap { Int($0) }
        #expect(seconds.count >= 3 && seconds == seconds.sorted() && Set(seconds).count == seconds.count)
        if Judges.areInstalled {
            let gto = try Shell.run("\(Judges.path)/gto show --repo '\(shared.remote)' 2>&1", in: shared.scratch.path)
            #expect(gto.output.contains("v1.1.0"), "\(gto)")
        }
        try shared.expectClean(anna, bert)
    }

    /// 60 kills at any step of what talks to the remote: the next command completes it or begins anew.
    @Test func killsAtAnyStepLoseNothing() throws {
        let shared = try SharedStore(versions: 2)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.succeed("deploy m@v1.0.0 --env production")
        let finished = try bert.shell(
            """
            RANDOM=11
            for i in $(seq 60); do
              echo "$i" > new.txt
              offline=; [ $((i % 4)) = 0 ] && offline=--offline
              case $((i % 6)) in
                0) set -- register new.txt --model m $offline ;;
                1) set -- push ;;
                2) set -- hold m@v1.1.0 --env production $offline ;;
                3) set -- pull --all ;;
                4) set -- unhold m@v1.1.0 --env production $offline ;;
                5) set -- gc --grace 0s ;;
              esac
              '\(Binary.path)' "$@" -q > /dev/null 2>&1 & pid=$!
              sleep 0.0$((RANDOM % 90 + 10)); kill -9 $pid 2> /dev/null; wait $pid 2> /dev/null
              '\(Binary.path)' status -q || { echo "status failed after $i: $*"; exit 1; }
              [ $((i % 10)) = 0 ] && { '\(Binary.path)' push -q || { echo "push failed after $i"; exit 1; }; }
            done 2>&1 | { grep -v Killed || true; }
            """
        )
        #expect(finished.output == "", "\(finished)")
        try bert.succeed("push")
        #expect(try bert.register("after all").contains("m@v1."))
        try anna.succeed("pull --all")
        #expect(try anna.versions() == bert.versions())
        let versions = try anna.versions()
        #expect(Set(versions).count == versions.count)
        #expect(try shared.git("tag -l 'm@*' | wc -l").output == "\(versions.count)\n")
        try anna.succeed("verify --all")
        try anna.succeed("remote check")
        try shared.expectClean(anna, bert)
    }

    /// A clone that was cut short is made anew, and a follower that was killed goes on where it was.
    @Test func killedClonesAndFollowersBeginAnew() throws {
        let shared = try SharedStore(versions: 3)
        let (anna, server) = (try shared.machine("a", cloned: false), try shared.machine("server", cloned: false))
        try anna.succeed("deploy m@v1.0.0 --env production")
        let finished = try server.shell(
            """
            RANDOM=3; hit=0
            function killed() { '\(Binary.path)' "$@" > /dev/null 2>&1 & pid=$!
              sleep 0.$((RANDOM % 3))$((RANDOM % 10)); kill -9 $pid 2> /dev/null; wait $pid 2> /dev/null; [ $? = 137 ] && hit=$((hit + 1)); }
            for i in $(seq 10); do
              rm -rf .mlops 2> /dev/null; killed clone ../remote.git; [ -d .mlops/store.git ] || '\(Binary.path)' clone ../remote.git -q
              '\(Binary.path)' verify m@v1.1.0 -q || echo "verify failed after $i"
              [ $((i % 2)) = 0 ] && line='rollback production --no-hold' || line='deploy m@v1.1.0 --env production'
              (cd ../a && MLOPS_ACTOR=a '\(Binary.path)' $line --timeout 0 -q > /dev/null 2>&1)
              killed follow production --directory live --once --name web1
              [ $((i % 2)) = 0 ] && want=0 || want=1
              '\(Binary.path)' follow production --directory live --once --name web1 -q || echo "follow failed after $i"
              [ "$(cat live/m/current/model.txt)" = $want ] || echo "$i: live is $(cat live/m/current/model.txt)"
            done > said 2>&1; grep -v Killed said; [ $hit -gt 1 ] || echo "only $hit kills hit"
            """
        )
        #expect(finished.output == "", "\(finished)")
        // What killed clones have left goes after a day, with the next one.
        try server.shell(
            "mv .mlops/store.git old.git; rm -rf .mlops; mkdir -p .mlops/.tmp-store.git-1 .mlops/.tmp-other-1"
        )
        try server.shell("touch -d '2 days ago' .mlops/.tmp-*")
        try server.succeed("clone ../remote.git")
        #expect(try server.shell("ls -A .mlops").output == ".tmp-other-1\nstore.git\n")
        // One that comes to nothing leaves nothing.
        let other = try shared.machine("other", cloned: false)
        try other.fail("clone ../nowhere.git", with: 10)
        #expect(try other.shell("ls -A").output == "home\n")
        try server.shell("rm -rf .mlops/store.git && mv old.git .mlops/store.git")
        try shared.expectClean(anna, server)
    }

    /// Names of branches are not taken for the words of a host.
    @Test func aNameIsNoReason() throws {
        let shared = try SharedStore(versions: 1)
        let (anna, bert) = (try shared.machine("a", cloned: false), try shared.machine("b"))
        try anna.scratch("mlops.yaml", "model: m\nenvironments: {timeout: {requires: []}, read-only: {requires: []}}\n")
        try anna.succeed("environment apply -q")
        // The names are listed, and then git fails for a reason of its own.
        try bert.shell("mkdir -p .mlops/store.git/refs/remotes/origin/policies/timeout.lock")
        let said = try bert.mlops("pull")
        #expect(said.status == 1 && !said.errors.contains("cannot be reached"), "\(said)")
    }

    /// A remote made by somebody with bad intentions: odd names, paths that lead out, rules for other people's directories.
    @Test func aHostileRemoteStaysInItsStore() throws {
        let shared = try SharedStore(versions: 1)
        let anna = try shared.machine("a", cloned: false)
        try anna.succeed("deploy m@v1.0.0 --env production")
        let victim = shared.scratch("victim")
        try FileManager.default.createDirectory(atPath: "\(victim)/m", withIntermediateDirectories: true)
        // Branches whose names would be paths, options or other models.
        let head = try shared.git("rev-parse models/m").output.dropLast()
        for name in [
            "models/UPPER", "models/a/b", "models/-x", "environments/production", "environments/x/y/z",
            "policies/latest", "followers/production/..x",
        ] {
            try shared.git("update-ref 'refs/heads/evil-\(name)' \(head)")
            try shared.git("update-ref 'refs/heads/\(name)' \(head) 2>/dev/null || true")
        }
        // Rules that name a directory of the victim.
        let policy =
            #"{"alarms":[],"bake_time":0,"environment":"production","requires":[],"schema":"policy/1","strategy":"direct","targets":[{"directory":"\#(victim)"},{"directory":"../victim"}]}"#
        try shared.commit(["policy.json": policy], to: "refs/heads/policies/production")
        // A ledger that names a version under a path, and a receipt that lies.
        try shared.commit(["receipt.json": #"{"schema":"receipt/1"}"#], to: "refs/heads/followers/production/liar")
        let bert = try shared.machine("b")
        #expect(try bert.succeed("list").contains("m "))
        #expect(try bert.serving() == "v1.0.0")
        try bert.succeed("deploy m@v1.0.0 --env production")
        _ = try bert.mlops("rollback production")
        #expect(try Shell.run("find victim -type f -o -type l", in: shared.scratch.path).output == "")
        let branches = try bert.shell("git --git-dir .mlops/store.git for-each-ref --format='%(refname)' refs/heads")
            .output
        #expect(!branches.contains("UPPER") && !branches.contains("a/b") && !branches.contains("evil"), "\(branches)")
        #expect(try bert.mlops("remote check").output.contains("not ours, and not looked at"))
        // An archive with a way out: read by digest, and refused before anything is written.
        let tar = try Shell.run(
            "mkdir t && cd t && echo x > x && tar -P --transform 's|x|../../escaped|' -cf ../evil.tar x",
            in: shared.scratch.path
        )
        #expect(tar.status == 0)
        try shared.replaceArchive(of: "m@v1.0.0", with: shared.scratch("evil.tar"))
        let carl = try shared.machine("carl")
        #expect(try carl.mlops("get m@v1.0.0 --to got").status == 12)
        #expect(try Shell.run("find . -name '*escaped*' -not -path './t/*'", in: shared.scratch.path).output == "")
    }
}

extension SharedStore {
    /// Puts a commit with files on a branch of the remote, by plain git.
    fileprivate func commit(_ files: [String: String], to branch: String) throws {
        var tree = ""
        for (name, content) in files {
            let file = try scratch.write("blob-\(UUID().uuidString)", content)
            tree += "100644 blob \(try git("hash-object -w '\(file)'").output.dropLast())\t\(name)\n"
        }
        let list = try scratch.write("tree-\(UUID().uuidString)", tree)
        let id = try git("mktree < '\(list)'").output.dropLast()
        let parent = try git("rev-parse -q --verify '\(branch)'").output.dropLast()
        let commit = try git(
            "-c user.name=x -c user.email=x commit-tree -m x \(parent.isEmpty ? "" : "-p \(parent)") \(id)"
        ).output.dropLast()
        try git("update-ref '\(branch)' \(commit)")
    }

    /// Exchanges the archive of a version for another tar, with a description that fits it.
    fileprivate func replaceArchive(of tag: String, with tar: String) throws {
        let script = """
            set -e
            raw=$(sha256sum < '\(tar)' | cut -d' ' -f1); size=$(stat -c %s '\(tar)')
            blob=$(zstd -q -c '\(tar)' | git hash-object -w --stdin)
            archive=$(printf '100644 blob %s\\t000000.tar.zst\\n' $blob | git mktree)
            git show '\(tag):model.json' | sed "s/\\"blob\\": *\\"[0-9a-f]*\\"/\\"blob\\":\\"$blob\\"/; s/\\"size\\": *[0-9]*/\\"size\\":$size/g" > model.json
            model=$(git hash-object -w model.json)
            tree=$(printf '040000 tree %s\\tarchive\\n100644 blob %s\\tmodel.json\\n' $archive $model | git mktree)
            commit=$(git -c user.name=x -c user.email=x commit-tree -m x $tree)
            git -c user.name=x -c user.email=x tag -f -a -m x '\(tag)' $commit
            """
        let finished = try Shell.run(script, in: remote)
        #expect(finished.status == 0, "\(finished)")
    }
}
