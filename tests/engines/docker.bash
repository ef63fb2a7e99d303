# SPDX-License-Identifier: Apache-2.0
# A Docker daemon of the room's own, from $ENGINES (unpacked packages).

# docker_setup: starts it, with $FOLDER/daemon.json, and makes an image shim-test of $FOLDER/rootfs. Its sockets are
# where it puts them, in the room's own /run: paths of sockets are short. Storage by plain copies works on every file
# system, and the image is small.
docker_setup() {
	export PATH=$ENGINES/usr/sbin:$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu
	export DOCKER_HOST=unix:///run/docker.sock DOCKER_CONFIG=$FOLDER/config
	dockerd --config-file "$FOLDER/daemon.json" --host "$DOCKER_HOST" --pidfile /run/docker.pid \
		--data-root "$FOLDER/data" --storage-driver=vfs \
		--iptables=false --bridge=none --cgroup-parent="/$ROOM_GROUP" >"$FOLDER/log" 2>&1 </dev/null 3>&- &
	until_prints 20.10 docker_version || { tail -n 20 "$FOLDER/log" && return 1; }
	[ -d "$FOLDER/rootfs" ] || root_filesystem "$FOLDER/rootfs"
	tar -C "$FOLDER/rootfs" -cf - . | docker import - shim-test >/dev/null
}
docker_version() {
	docker version --format '{{.Server.Version}}' | cut -d . -f 1,2
}

docker_teardown() {
	docker ps --all --quiet | xargs --no-run-if-empty docker rm --force >/dev/null 2>&1
	if [ -s /run/docker.pid ]; then kill "$(cat /run/docker.pid)"; fi
	wait
}
